"""The order of calls in entry code: C read back into the entry model, compared with the spec, judged like it."""
