"""The verb `diff`."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gen.cli.document import form_of, put_out
from gen.cli.opened import opened, workspace
from gen.cli.run import (
    BAD_INPUT,
    CANNOT_TELL,
    CLEAN,
    FINDINGS,
    NO_MATCH,
    NO_TREE,
    Run,
    complain,
    keep_what_is_made,
)

if TYPE_CHECKING:
    from gen.kernel.tree import KernelTree
    from gen.lint.workspace import Workspace
    from gen.report.changes import Side


class UsageError(Exception):
    """What the user asked for cannot be done; the message says why, and is empty if that was said."""


def diff(run: Run) -> int:
    """Say of each entry path of an architecture whether two trees do the same in the same order."""
    keep_what_is_made()
    with ExitStack() as scratch:
        try:
            works, arch = _sides(run, scratch)
        except UsageError as error:
            if run.sink.failed:
                run.report()
            elif str(error):
                complain(f"gen diff: {error}")
            return BAD_INPUT
        return _compared(run, *works, arch)


def _compared(run: Run, old: Workspace, new: Workspace, arch: str) -> int:
    from gen.recover.changed import Change, compared
    from gen.report.diff_forms import FORMS

    options = run.options
    paths = compared(old.recovered(arch), new.recovered(arch), options.only)
    if not paths:
        complain(f"gen diff: nothing is known of the entry paths of {arch}")
        return NO_MATCH
    if missing := [name for name in options.path if not any(name in each.names for each in paths)]:
        for name in missing:
            complain(f"gen diff: neither tree has an entry path or function `{name}` of {arch}")
        return NO_MATCH
    paths = tuple(each for each in paths if not options.path or each.names & set(options.path))
    sides = _side(old, arch), _side(new, arch)
    if not put_out(run, FORMS[form_of(run, FORMS)](arch, *sides, paths)):
        return BAD_INPUT
    changes = {each.change for each in paths}
    if changes & {Change.CHANGED, Change.NEW, Change.GONE}:
        return FINDINGS
    is_left_out = any(side.left_out for side in sides)
    return CANNOT_TELL if is_left_out or Change.UNKNOWN in changes else CLEAN


def _sides(run: Run, scratch: ExitStack) -> tuple[tuple[Workspace, Workspace], str]:
    """Two trees, two revisions of one, or one before and behind a series, and the folder of arch/; UsageError.

    What is written for a while goes with `scratch`.
    """
    options = run.options
    works: list[Workspace] = []
    arch = ""
    for folder in options.tree:
        tree = opened(run, folder)
        found = workspace(run, tree, options.arch) if tree else None
        if found is None:
            raise UsageError("")  # the user was told
        works.append(found[0])
        arch = found[1]
    first = works[0]
    if options.series:
        works.append(_other(first, _patched(first.tree, options.series)))
    elif options.rev:
        named = options.rev.split("..")
        revisions = [_other(first, _revision(first.tree, each, arch, scratch)) for each in named]
        works = [*revisions, first] if len(revisions) == 1 else revisions
        for each in revisions:
            run.meets(each.tree.release)
    old, new = works
    return (old, new), arch


def _other(work: Workspace, tree: KernelTree) -> Workspace:
    """The same architecture in another tree."""
    from gen.lint.workspace import Workspace

    return Workspace(tree, (), work.specs)


def _patched(tree: KernelTree, series: str) -> KernelTree:
    """A tree as a series leaves it."""
    from gen.patch.applied import SeriesError, files_after

    try:
        after = files_after(Path(series), tree)
    except SeriesError as error:
        raise UsageError(str(error)) from error
    overlay = {name: text or b"" for name, text in after.items()}
    return replace(tree, version=f"{tree.version} with {series}", overlay=overlay)


def _revision(tree: KernelTree, revision: str, arch: str, scratch: ExitStack) -> KernelTree:
    """A tree as a revision of its repository has it."""
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


def _side(work: Workspace, arch: str) -> Side:
    """A tree with its verdicts."""
    from gen.lint.recovered import left_out
    from gen.report.changes import Side

    verdict = work.verdict(arch)
    found = (verdict.as_it_is.verdict, verdict.offstack.verdict) if verdict else ()
    as_it_is, without = (each.value for each in found) if found else ("unknown", "unknown")
    beyond = tuple(f"{each.span}: {each.what}" for each in left_out(work, arch))
    model = work.recovered(arch).model
    return Side(f"Linux {work.tree.version}", as_it_is, without, model.offstack, model.using_rcu, beyond)
