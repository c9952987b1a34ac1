"""A kernel tree that a verb was given, and what is read of an architecture of it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gen.cli.run import NO_TREE, Run, UsageError, no_architecture

if TYPE_CHECKING:
    from gen.kernel.tree import KernelTree
    from gen.lint.workspace import Workspace
    from gen.spec.archspec import ArchSpec


def tree_at(folder: str) -> KernelTree:
    """The tree whose top is a folder; UsageError."""
    from gen.kernel.tree import find_tree

    tree = find_tree(Path(folder))
    if tree is None or tree.root != Path(folder).resolve():
        raise UsageError(f"{folder} {NO_TREE}")
    return tree


def tree_around(run: Run, folder: str) -> KernelTree:
    """The tree whose top is a folder, or one that the folder is in; UsageError."""
    from gen.kernel.tree import find_tree

    tree = find_tree(Path(folder))
    if tree is None:
        raise UsageError(f"{folder} {NO_TREE}")
    run.meets(tree.release)
    return tree


def workspace(run: Run, tree: KernelTree, name: str) -> tuple[Workspace, str]:
    """What is read of an architecture of a tree, with its folder of arch/; UsageError.

    `name` is that of an architecture that gen knows, of a spec, or of a folder of arch/.
    """
    from gen.lint.workspace import Workspace, folder_of

    known = tree.architectures()
    spec = _described(run, name, known)
    arch = folder_of(spec.kconfig.file) if spec else name
    if run.sink.failed:
        raise UsageError
    if arch not in known:
        raise UsageError(no_architecture(arch, known))
    return Workspace(tree, (), {arch: spec} if spec else {}), arch


def _described(run: Run, name: str, folders: tuple[str, ...]) -> ArchSpec | None:
    """The spec that is named, or that of an architecture's name; None for a folder that has none."""
    from gen.spec.loader import SpecLoader, known_specs

    if name in folders and name not in known_specs() and not Path(name).exists():
        return None
    return SpecLoader(run.sink, run.texts).load(name)


def asked_for(run: Run, folder: str, name: str, revision: str | None, scratch: ExitStack) -> tuple[Workspace, str]:
    """What is read of an architecture of a tree, or of a revision of it, with its folder of arch/; UsageError."""
    work, arch = workspace(run, tree_around(run, folder), name)
    return (elsewhere(run, work, at_revision(work.tree, revision, arch, scratch)) if revision else work), arch


def elsewhere(run: Run, work: Workspace, tree: KernelTree) -> Workspace:
    """The same architecture in another tree."""
    from gen.lint.workspace import Workspace

    run.meets(tree.release)
    return Workspace(tree, (), work.specs)


def at_revision(tree: KernelTree, revision: str, arch: str, scratch: ExitStack) -> KernelTree:
    """A tree as a revision of its repository has it, for one architecture; UsageError.

    Its files are gone with `scratch`.
    """
    from gen.facts.loader import architecture
    from gen.kernel.git import GitError
    from gen.kernel.revision import write_revision
    from gen.kernel.scratch import scratch_folder
    from gen.kernel.tree import find_tree

    place = scratch.enter_context(scratch_folder())
    try:
        write_revision(tree.root, revision, tuple(filter(None, (arch, architecture(arch).host))), place)
    except GitError as error:
        raise UsageError(f"{revision}: {error.short}") from error
    found = find_tree(place)
    if found is None or found.root != place.resolve():
        raise UsageError(f"{revision} {NO_TREE}")
    return replace(found, version=f"{found.version} ({revision})")
