"""What a tree shows of an architecture's entry code, without a spec."""
