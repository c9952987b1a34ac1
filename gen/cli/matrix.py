"""The verb `matrix`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gen.cli.document import form_of, put_out
from gen.cli.opened import tree_at
from gen.cli.progress import Progress
from gen.cli.run import (
    BAD_INPUT,
    CANNOT_TELL,
    CLEAN,
    FINDINGS,
    Run,
    UsageError,
    complain,
    keep_what_is_made,
    no_architecture,
    refused,
    too_many_architectures,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gen.kernel.tree import KernelTree
    from gen.report.matrix import Capability
    from gen.spec.archspec import ArchSpec


def matrix(run: Run) -> int:
    """Show what each architecture of a tree can do, and what stands in the way of offstack."""
    from gen.report.matrix import Verdict
    from gen.report.matrix_forms import FORMS

    keep_what_is_made()
    try:
        tree = tree_at(run.options.tree)
    except UsageError as error:
        return refused(run, error)
    run.meets(tree.release)
    known = tree.architectures()
    for arch in run.options.arch:
        if arch not in known:
            complain(f"gen matrix: {no_architecture(arch, known)}")
            return BAD_INPUT
    if trouble := too_many_architectures(len(run.options.arch or known)):
        complain(f"gen matrix: {trouble} with --arch")
        return BAD_INPUT
    found = _capabilities(run, tree)
    if run.sink.failed:
        _say_findings(run)
        return BAD_INPUT
    if not put_out(run, FORMS[form_of(run, FORMS)](found, tree)):
        return BAD_INPUT
    if not all(each.was_read for each in found):
        return FINDINGS
    return CANNOT_TELL if any(each.verdict is Verdict.UNKNOWN for each in found) else CLEAN


def _capabilities(run: Run, tree: KernelTree) -> list[Capability]:
    from gen.kernel.index import mentions
    from gen.kernel.remembered import cache_folder
    from gen.kernel.search import find_ripgrep
    from gen.lint.workspace import Workspace, searched_names, specs_by_folder
    from gen.report.matrix import capabilities

    specs = specs_by_folder(list(_specs(run, tree)))
    if run.sink.failed:
        return []
    progress = Progress()
    mentioned = mentions(tree.root, searched_names(tree), "arch", cache=cache_folder(), ripgrep=find_ripgrep())
    work = Workspace(tree, mentioned.files, specs, unreadable={each.file: each for each in mentioned.unreadable})
    found = []
    for each in capabilities(work, run.options.arch):
        progress(f"arch/{each.arch}")
        found.append(each)
    progress.done()
    return found


def _specs(run: Run, tree: KernelTree) -> Iterator[ArchSpec]:
    """The specs of the tree's architectures; what is wrong in any spec goes to the sink."""
    from gen.spec.loader import SpecLoader, known_specs

    for name in known_specs():
        spec = SpecLoader(run.sink, run.texts).load(name)
        if spec is not None and (tree.root / spec.kconfig.file).exists():
            yield spec


def _say_findings(run: Run) -> None:
    """Says what is wrong in the specs, on standard error: standard output is for the matrix."""
    from gen.diagnostics.printers import Report, printer

    for chunk in printer("short")(Report(run.sink.findings, run.source)):
        sys.stderr.write(chunk)
