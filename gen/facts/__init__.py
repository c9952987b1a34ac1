"""Facts of the kernel that no tree can be asked for, as rows: what a call means, what an architecture is built with.

The rows are in kernel/*.yaml and arch/<folder of arch/>.yaml, their keys in schema.json, and `loader` reads them.
"""
