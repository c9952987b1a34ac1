"""Files and folders that could not be read; `gen.lint.run` raises it."""

from __future__ import annotations

from gen.diagnostics import Said, rule


@rule()
def unreadable_source(reason: str) -> Said:
    """a file of the tree that cannot be read

    What cannot be read is not checked, so that a run that meets it is not clean. The others are checked all the same.

    Instead: make it readable, or leave it out of the run.
    """
    return Said(f"cannot be read: {reason[:1].lower()}{reason[1:]}", "nothing in it is checked")
