"""`gen verify ARCH --tree DIR`: the verdict on the entry code of a kernel tree, whatever its release."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from gen.cli.run import BAD_INPUT, CANNOT_TELL, CLEAN, FINDINGS, Run, complain, no_architecture

if TYPE_CHECKING:
    from gen.kernel.tree import KernelTree
    from gen.lint.recovered import TreeVerdict
    from gen.spec.archspec import ArchSpec


def verify_tree(run: Run, drawn: dict[str, str]) -> int:
    """Proves what a tree does, architecture by architecture; pictures of what breaks go to `drawn`."""
    from gen.kernel.tree import find_tree

    tree = find_tree(Path(run.options.tree))
    if tree is None:
        complain(
            f"gen verify: {run.options.tree} is not a kernel tree: it has no Makefile with a VERSION, Kconfig and arch/"
        )
        return BAD_INPUT
    run.meets(tree.release)
    codes = [_verify_one(run, tree, name, drawn) for name in run.options.spec]
    # What is wrong counts before what cannot be told.
    return next((code for code in (BAD_INPUT, FINDINGS, CANNOT_TELL) if code in codes), CLEAN)


def _verify_one(run: Run, tree: KernelTree, name: str, drawn: dict[str, str]) -> int:
    from gen.lint.recovered import verdict
    from gen.lint.workspace import Workspace, folder_of
    from gen.report.judgement import pictures
    from gen.report.tree_verdict import as_data, told
    from gen.verify.summaries import TooManyFactsError
    from gen.verify.unfold import TooLargeError

    known = tree.architectures()
    spec = _spec(run, name, known)
    arch = folder_of(spec.kconfig.file) if spec else name
    if run.sink.failed:
        return BAD_INPUT
    if arch not in known:
        complain(f"gen verify: {no_architecture(arch, known)}")
        return BAD_INPUT
    started = time.process_time()
    work = Workspace(tree, (), {arch: spec} if spec else {})
    try:
        found = verdict(work, arch, offstack=run.options.offstack)
    except (TooLargeError, TooManyFactsError) as error:
        complain(f"gen verify: {arch}: cannot tell: {str(error) or 'the proof needs too many facts'}")
        return CANNOT_TELL
    _say(run, found)
    run.data["verdicts"].append(as_data(found, tree, time.process_time() - started))
    run.closing += told(found, tree)
    drawn.update(pictures(found.as_it_is))
    verdict_code = {"violated": FINDINGS, "unknown": CANNOT_TELL, "holds": CLEAN}
    return verdict_code[found.as_it_is.verdict.value]


def _spec(run: Run, name: str, folders: tuple[str, ...]) -> ArchSpec | None:
    """The spec that is named, or that of an architecture's name; None for a folder that has none."""
    from gen.spec.loader import SpecLoader, known_specs

    if name in folders and name not in known_specs() and not Path(name).exists():
        return None
    return SpecLoader(run.sink, run.texts).load(name)


def _say(run: Run, found: TreeVerdict) -> None:
    """The findings of a verdict at their places: what is violated, what is warned of."""
    from gen.diagnostics import Severity
    from gen.verify.judge import Verdict
    from gen.verify.story import requirement_findings, violation_finding

    for violation in found.as_it_is.violations:
        run.sink.add(violation_finding(found.as_it_is, violation, found.as_it_is.violations[0].places[0].span))
    for finding in (*found.as_it_is.misplaced, *found.as_it_is.warnings):
        run.sink.add(finding)
    if found.selected or found.offstack.verdict is not Verdict.VIOLATED:
        for findings in map(requirement_findings, found.offstack.requirements):
            # What nobody claims is no error.
            run.sink.extend(each for each in findings if found.selected or each.severity is Severity.WARNING)
