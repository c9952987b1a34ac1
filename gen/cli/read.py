"""The verb `read`."""

from __future__ import annotations

import json

from gen.cli.opened import opened, workspace
from gen.cli.run import (
    BAD_INPUT,
    CANNOT_TELL,
    CLEAN,
    NO_MATCH,
    Run,
    complain,
    keep_what_is_made,
    write_out,
)


def read(run: Run) -> int:
    """Show what is read of the entry code of a tree, path by path."""
    from gen.report import entry_page

    keep_what_is_made()
    options = run.options
    tree = opened(run, options.tree)
    work = workspace(run, tree, options.arch) if tree else None
    if tree is None or work is None:
        if run.sink.failed:
            run.report()
        return BAD_INPUT
    arch = work[1]
    found = work[0].recovered(arch)
    paths = entry_page.chosen(found, options.path)
    if not found.paths:
        begin = f"`gen new {arch} --tree {options.tree}` begins a spec"
        complain(f"gen read: nothing is known of the entry paths of {arch}; {begin}")
        return NO_MATCH
    for name in (each for each in options.path if not entry_page.chosen(found, [each])):
        complain(f"gen read: {arch} has no entry path or function `{name}`")
        paths = []
    if not paths:
        return NO_MATCH
    if options.format == "json":
        write_out(f"{json.dumps(entry_page.data(found, tree, options.path), indent=2)}\n")
    else:
        write_out(entry_page.text(found, tree, options.path))
    return CLEAN if entry_page.is_whole(found, paths) else CANNOT_TELL
