"""The centre: entry paths as small programs in one vocabulary, whatever they were read from."""
