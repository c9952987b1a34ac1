"""The verb `new`."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from gen.cli.run import BAD_INPUT, CLEAN, NO_TREE, Run, complain, no_architecture, write_out
from gen.diagnostics.printers import counted

if TYPE_CHECKING:
    from gen.kernel.tree import KernelTree


class UsageError(Exception):
    """What the user asked for cannot be done; the message says why."""


def new(run: Run) -> int:
    """Begin the spec of an architecture with the entries that a tree shows."""
    output = run.options.output or f"arch_specs/{run.options.arch}.yaml"
    try:
        if output != "-" and os.path.lexists(output):
            raise UsageError(f"{output} is there already, and is not overwritten; `-o FILE` writes elsewhere")
        text = _made(run)
        if output == "-":
            write_out(text)
            return CLEAN
        _write(Path(output), text)
    except UsageError as error:
        complain(f"gen new: {error}")
        return BAD_INPUT
    if not run.options.quiet:
        from gen.spec.fill_in import topics_in

        paths = text.count("\n    kind: ")
        write_out(
            f"wrote {output}: {counted(paths, 'entry path')}, {counted(topics_in(text), 'question')} to be answered\n"
            f"`{shlex.join(['gen', 'check', output])}` says what, and where to look\n"
        )
    return CLEAN


def _made(run: Run) -> str:
    from gen.recover.skeleton import NoSkeletonError, skeleton

    tree, arch = _tree(run.options.tree), run.options.arch
    run.meets(tree.release)
    if arch not in tree.architectures():
        raise UsageError(no_architecture(arch, tree.architectures()))
    try:
        return skeleton(arch, tree)
    except NoSkeletonError as error:
        raise UsageError(str(error)) from error


def _write(path: Path, text: str) -> None:
    from gen.render.writer import RefusedError, write_files

    try:
        write_files(path.parent, {path.name: text.encode()})
    except RefusedError as error:
        raise UsageError(str(error)) from error


def _tree(folder: str) -> KernelTree:
    from gen.kernel.tree import find_tree

    tree = find_tree(Path(folder))
    if tree is None or tree.root != Path(folder).resolve():
        raise UsageError(f"{folder} {NO_TREE}")
    return tree
