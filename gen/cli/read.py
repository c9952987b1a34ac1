"""The verb `read`."""

from __future__ import annotations

import json
from pathlib import Path

from gen.cli.run import (
    BAD_INPUT,
    CANNOT_TELL,
    CLEAN,
    NO_MATCH,
    NO_TREE,
    Run,
    complain,
    keep_what_is_made,
    no_architecture,
    write_out,
)
from gen.cli.verify_tree import described


def read(run: Run) -> int:
    """Show what is read of the entry code of a tree, path by path."""
    from gen.kernel.tree import find_tree
    from gen.lint.workspace import Workspace, folder_of
    from gen.report import entry_page

    keep_what_is_made()
    folder, options = run.options.tree, run.options
    tree = find_tree(Path(folder))
    if tree is None:
        complain(f"gen read: {folder} {NO_TREE}")
        return BAD_INPUT
    run.meets(tree.release)
    known = tree.architectures()
    spec = described(run, options.arch, known)
    arch = folder_of(spec.kconfig.file) if spec else options.arch
    if run.sink.failed:
        run.report()
        return BAD_INPUT
    if arch not in known:
        complain(f"gen read: {no_architecture(arch, known)}")
        return BAD_INPUT
    found = Workspace(tree, (), {arch: spec} if spec else {}).recovered(arch)
    paths = entry_page.chosen(found, options.path)
    if not found.paths:
        complain(
            f"gen read: nothing is known of the entry paths of {arch}; `gen new {arch} --tree {folder}` begins a spec"
        )
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
