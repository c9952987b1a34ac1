"""The verb `diff`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gen.cli.opened import opened, workspace
from gen.cli.run import (
    BAD_INPUT,
    CANNOT_TELL,
    CLEAN,
    FINDINGS,
    NO_MATCH,
    Run,
    complain,
    keep_what_is_made,
    write_out,
)

if TYPE_CHECKING:
    from gen.kernel.tree import KernelTree
    from gen.lint.workspace import Workspace
    from gen.report.diff_page import Side


def diff(run: Run) -> int:
    """Say of each entry path of an architecture whether two trees do the same in the same order."""
    from gen.recover.changed import Change, compared
    from gen.report import diff_page

    keep_what_is_made()
    options = run.options
    found = _sides(run)
    if found is None:
        if run.sink.failed:
            run.report()
        return BAD_INPUT
    old, new, arch = found
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
    if options.format == "json":
        write_out(f"{json.dumps(diff_page.data(arch, *sides, paths), indent=2)}\n")
    else:
        write_out(diff_page.text(arch, *sides, paths))
    changes = {each.change for each in paths}
    if changes & {Change.CHANGED, Change.NEW, Change.GONE}:
        return FINDINGS
    is_left_out = any(side.left_out for side in sides)
    return CANNOT_TELL if is_left_out or Change.UNKNOWN in changes else CLEAN


def _sides(run: Run) -> tuple[Workspace, Workspace, str] | None:
    """Both trees, or one before and behind a series; None if that cannot be, which the user was told."""
    from gen.lint.workspace import Workspace

    works: list[Workspace] = []
    arch = ""
    for folder in run.options.tree:
        tree = opened(run, folder)
        found = workspace(run, tree, run.options.arch) if tree else None
        if found is None:
            return None
        works.append(found[0])
        arch = found[1]
    if run.options.series:
        before = works[0]
        tree = _patched(before.tree, run.options.series)
        if tree is None:
            return None
        works.append(Workspace(tree, (), before.specs))
    return works[0], works[1], arch


def _patched(tree: KernelTree, series: str) -> KernelTree | None:
    """A tree as a series leaves it; None if it does not apply, which the user was told."""
    from gen.patch.applied import SeriesError, files_after

    try:
        after = files_after(Path(series), tree)
    except SeriesError as error:
        complain(f"gen diff: {error}")
        return None
    return replace(
        tree, version=f"{tree.version} with {series}", overlay={name: text or b"" for name, text in after.items()}
    )


def _side(work: Workspace, arch: str) -> Side:
    """A tree with its verdicts."""
    from gen.lint.recovered import left_out
    from gen.report.diff_page import Side

    verdict = work.verdict(arch)
    found = (verdict.as_it_is.verdict, verdict.offstack.verdict) if verdict else ()
    as_it_is, without = (each.value for each in found) if found else ("unknown", "unknown")
    beyond = tuple(f"{each.span}: {each.what}" for each in left_out(work, arch))
    return Side(f"Linux {work.tree.version}", as_it_is, without, work.recovered(arch).model.using_rcu, beyond)
