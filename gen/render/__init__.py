"""From an entry model to files: a plan in memory, templates, checks of what came out, and an all-or-nothing writer."""
