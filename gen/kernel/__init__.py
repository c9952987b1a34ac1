"""What gen knows about a kernel tree: its release, files, Kconfig and features tables, and which files to read at all.

`tree` finds and reads; `expression`, `statements` and `kconfig` understand Kconfig, `features` the arch-support tables;
`search` finds the few files that mention a name, and `index` remembers them from run to run. Nobody writes to a tree.
"""
