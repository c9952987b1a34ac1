"""A kernel tree that a verb was given, and what is read of an architecture of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gen.cli.run import NO_TREE, Run, complain, no_architecture

if TYPE_CHECKING:
    from gen.kernel.tree import KernelTree
    from gen.lint.workspace import Workspace
    from gen.spec.archspec import ArchSpec


def opened(run: Run, folder: str) -> KernelTree | None:
    """The tree in a folder; None if there is none, of which the user was told."""
    from gen.kernel.tree import find_tree

    tree = find_tree(Path(folder))
    if tree is None:
        complain(f"gen {run.options.verb.name}: {folder} {NO_TREE}")
    else:
        run.meets(tree.release)
    return tree


def workspace(run: Run, tree: KernelTree, name: str) -> tuple[Workspace, str] | None:
    """What is read of an architecture of a tree, with its folder of arch/; None if that cannot be, as was told.

    `name` is that of an architecture that gen knows, of a spec, or of a folder of arch/.
    """
    from gen.lint.workspace import Workspace, folder_of

    known = tree.architectures()
    spec = _described(run, name, known)
    arch = folder_of(spec.kconfig.file) if spec else name
    if run.sink.failed:
        return None
    if arch not in known:
        complain(f"gen {run.options.verb.name}: {no_architecture(arch, known)}")
        return None
    return Workspace(tree, (), {arch: spec} if spec else {}), arch


def _described(run: Run, name: str, folders: tuple[str, ...]) -> ArchSpec | None:
    """The spec that is named, or that of an architecture's name; None for a folder that has none."""
    from gen.spec.loader import SpecLoader, known_specs

    if name in folders and name not in known_specs() and not Path(name).exists():
        return None
    return SpecLoader(run.sink, run.texts).load(name)
