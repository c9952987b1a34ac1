"""C to facts, for C that gen has rendered: its CONFIG views, and its functions as blocks of steps."""
