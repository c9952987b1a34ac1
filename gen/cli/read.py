"""The verb `read`."""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import ExitStack
from typing import TYPE_CHECKING

from gen.cli.opened import asked_for
from gen.cli.run import (
    CANNOT_TELL,
    CLEAN,
    FINDINGS,
    NO_MATCH,
    Run,
    UsageError,
    complain,
    keep_what_is_made,
    refused,
    write_out,
)

if TYPE_CHECKING:
    from gen.lint.workspace import Workspace


def read(run: Run) -> int:
    """Show what is read of the entry code of a tree, path by path."""
    keep_what_is_made()
    with ExitStack() as scratch:
        try:
            work, arch = asked_for(run, run.options.tree, run.options.arch, run.options.rev, scratch)
        except UsageError as error:
            return refused(run, error)
        return (_checked if run.options.check or run.options.diff else _shown)(run, work, arch)


def _shown(run: Run, work: Workspace, arch: str) -> int:
    """What each path does."""
    from gen.report import entry_page

    options, tree = run.options, work.tree
    found = work.recovered(arch)
    paths = entry_page.chosen(found, options.path)
    if not found.paths:
        begin = f"`gen new {arch} --tree {options.tree}` begins a spec"
        complain(f"gen read: nothing is known of the entry paths of {arch}; {begin}")
        return NO_MATCH
    if _misses(run, arch, {name for each in found.paths for name in (each.path.name, each.path.symbol)}):
        return NO_MATCH
    if options.format == "json":
        write_out(f"{json.dumps(entry_page.data(found, tree, options.path), indent=2)}\n")
    else:
        write_out(entry_page.text(found, tree, options.path))
    return CLEAN if entry_page.is_whole(found, paths) else CANNOT_TELL


def _misses(run: Run, arch: str, known: Collection[str]) -> bool:
    """Whether a path was asked for that is not known, which the user is told."""
    missing = [name for name in run.options.path if name not in known]
    for name in missing:
        complain(f"gen read: {arch} has no entry path or function `{name}`")
    return bool(missing)


def _checked(run: Run, work: Workspace, arch: str) -> int:
    """How the paths stand to those of the spec."""
    from gen.lint.order.standing import Standing, standings
    from gen.report import spec_page

    options = run.options
    spec = work.specs.get(arch)
    if spec is None:
        complain(f"gen read: {arch} has no spec to compare with; `gen new {arch} --tree {options.tree}` begins one")
        return NO_MATCH
    paths = standings(work.entries(arch), work.recovered(arch))
    if _misses(run, arch, {name for each in paths for name in each.names}):
        return NO_MATCH
    chosen = [each for each in paths if not options.path or each.names & set(options.path)]
    if options.format == "json":
        write_out(f"{json.dumps(spec_page.data(arch, work.tree.version, spec.file, chosen), indent=2)}\n")
    else:
        head = f"{spec.file} and {arch}, Linux {work.tree.version}"
        write_out(spec_page.text(head, chosen, shown=options.diff))
    found = {each.standing for each in chosen}
    if found & {Standing.DIFFERS, Standing.NEW, Standing.GONE}:
        return FINDINGS
    return CANNOT_TELL if Standing.UNKNOWN in found else CLEAN
