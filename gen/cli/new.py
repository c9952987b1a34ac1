"""The verb `new`."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from gen.cli.opened import tree_at
from gen.cli.run import CLEAN, Run, UsageError, no_architecture, refused, write_out
from gen.diagnostics.printers import counted

if TYPE_CHECKING:
    pass


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
        return refused(run, error)
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

    tree, arch = tree_at(run.options.tree), run.options.arch
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
