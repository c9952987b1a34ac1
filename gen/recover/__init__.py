"""A tree's entry code as an entry model: what enters, what its C does, and how much of that was read."""
