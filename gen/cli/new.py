"""The verb `new`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gen.cli.run import BAD_INPUT, CLEAN, Run, complain, write_out

if TYPE_CHECKING:
    from gen.kernel.tree import KernelTree


class UsageError(Exception):
    """What the user asked for cannot be done; the message says why."""


def new(run: Run) -> int:
    """Begin the spec of an architecture with the entries that a tree shows."""
    try:
        path, text = _made(run)
    except UsageError as error:
        complain(f"gen new: {error}")
        return BAD_INPUT
    if not run.options.quiet:
        markers, paths = text.count("calls: fill_in_"), text.count("\n    kind: ")
        write_out(
            f"wrote {path}: {paths} entries, {markers} things to be filled in\n"
            f"`gen check {path}` says what, and where to look\n"
        )
    return CLEAN


def _made(run: Run) -> tuple[Path, str]:
    from gen.lint.skeleton import NoSkeletonError, skeleton
    from gen.lint.workspace import Workspace
    from gen.render.writer import RefusedError, write_files

    options = run.options
    tree = _tree(options.tree)
    if options.arch not in tree.architectures():
        known = ", ".join(tree.architectures())
        raise UsageError(f"arch/{options.arch} is no architecture of this tree; it has {known}")
    path = Path(options.output or f"arch_specs/{options.arch}.yaml")
    if os.path.lexists(path):
        raise UsageError(f"{path} is there already, and is not overwritten; `-o FILE` writes elsewhere")
    try:
        text = skeleton(options.arch, Workspace(tree, (), {}))
        write_files(path.parent, {path.name: text.encode()})
    except (NoSkeletonError, RefusedError) as error:
        raise UsageError(str(error)) from error
    return path, text


def _tree(folder: str) -> KernelTree:
    from gen.kernel.tree import find_tree

    tree = find_tree(Path(folder))
    if tree is None or tree.root != Path(folder).resolve():
        raise UsageError(f"{folder} is no kernel tree: it has no Makefile with a VERSION, Kconfig and arch/")
    return tree
