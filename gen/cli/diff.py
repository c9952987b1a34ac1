"""The verb `diff`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gen.cli.document import form_of, put_out
from gen.cli.opened import asked_for, at_revision, elsewhere
from gen.cli.run import (
    BAD_INPUT,
    CANNOT_TELL,
    CLEAN,
    FINDINGS,
    NO_MATCH,
    Run,
    UsageError,
    complain,
    keep_what_is_made,
    refused,
)

if TYPE_CHECKING:
    from gen.kernel.tree import KernelTree
    from gen.lint.workspace import Workspace
    from gen.recover.meanings import Definition
    from gen.report.changes import Side


def diff(run: Run) -> int:
    """Say of each entry path of an architecture whether two trees do the same in the same order."""
    keep_what_is_made()
    with ExitStack() as scratch:
        try:
            works, arch = _sides(run, scratch)
        except UsageError as error:
            return refused(run, error)
        return _compared(run, *works, arch)


def _compared(run: Run, old: Workspace, new: Workspace, arch: str) -> int:
    from gen.lint.recovered import not_read
    from gen.recover.changed import Change, compared
    from gen.recover.meanings import defined_otherwise
    from gen.report.diff_forms import FORMS

    options = run.options
    found = old.recovered(arch), new.recovered(arch)
    unreadable = next((each.what for work in (old, new) for each in not_read(work, arch)), "")
    paths = compared(*found, options.only, unreadable)
    if not paths:
        complain(f"gen diff: nothing is known of the entry paths of {arch}")
        return NO_MATCH
    if missing := [name for name in options.path if not any(name in each.names for each in paths)]:
        for name in missing:
            complain(f"gen diff: neither tree has an entry path or function `{name}` of {arch}")
        return NO_MATCH
    paths = tuple(each for each in paths if not options.path or each.names & set(options.path))
    others = defined_otherwise(found[0], old.reader, found[1], new.reader)
    doubts = [_doubted(each) for each in others]
    sides = _side(old, arch), _side(new, arch, doubts)
    if not put_out(run, FORMS[form_of(run, FORMS)](arch, *sides, paths)):
        return BAD_INPUT
    changes = {each.change for each in paths}
    if changes & {Change.CHANGED, Change.NEW, Change.GONE}:
        return FINDINGS
    is_left_out = any(side.left_out for side in sides)
    return CANNOT_TELL if is_left_out or Change.UNKNOWN in changes else CLEAN


def _doubted(each: Definition) -> str:
    """What is said of a definition that is another one, and was not looked into."""
    return f"{each.span}: {each.name} is defined otherwise than before, and what it does is gen's word"


def _sides(run: Run, scratch: ExitStack) -> tuple[tuple[Workspace, Workspace], str]:
    """Two trees, two revisions of one, or one before and behind a series, and the folder of arch/; UsageError.

    What is written for a while goes with `scratch`.
    """
    options = run.options
    named = options.rev.split("..") if options.rev else []
    first, arch = asked_for(run, options.tree[0], options.arch, None, scratch)
    if options.series:
        return (first, elsewhere(run, first, _patched(first.tree, options.series))), arch
    if named:
        old, *others = [elsewhere(run, first, at_revision(first.tree, each, arch, scratch)) for each in named]
        return (old, others[0] if others else first), arch
    return (first, asked_for(run, options.tree[1], options.arch, None, scratch)[0]), arch


def _patched(tree: KernelTree, series: str) -> KernelTree:
    """A tree as a series leaves it."""
    from gen.patch.applied import SeriesError, files_after

    try:
        after = files_after(Path(series), tree)
    except SeriesError as error:
        raise UsageError(str(error)) from error
    overlay = {name: text or b"" for name, text in after.items()}
    return replace(tree, version=f"{tree.version} with {series}", overlay=overlay)


def _side(work: Workspace, arch: str, doubts: Sequence[str] = ()) -> Side:
    """A tree with its verdicts, and what else may make another one of it."""
    from gen.lint.recovered import left_out
    from gen.report.changes import Side

    verdict = work.verdict(arch)
    found = (verdict.as_it_is.verdict, verdict.offstack.verdict) if verdict else ()
    as_it_is, without = (each.value for each in found) if found else ("unknown", "unknown")
    beyond = (*(f"{each.span}: {each.what}" for each in left_out(work, arch)), *doubts)
    model = work.recovered(arch).model
    return Side(f"Linux {work.tree.version}", as_it_is, without, model.offstack, model.using_rcu, beyond)
