"""What several verbs share: the specs that were named, their judgement, and files that are written or refused."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import TYPE_CHECKING

from gen.cli.run import BAD_INPUT, CLEAN, NO_MATCH, Run, complain
from gen.diagnostics.diagnostic import Severity

if TYPE_CHECKING:
    from gen.model.entry import EntryModel
    from gen.spec.archspec import ArchSpec
    from gen.spec.loader import SpecLoader
    from gen.verify.judge import Judgement


def loaded(run: Run) -> tuple[list[ArchSpec], int]:
    """Every spec that was named, and BAD_INPUT or NO_MATCH if one of them is not to be had."""
    from gen.render import rules as render_rules
    from gen.spec.loader import SpecLoader

    loader = SpecLoader(run.sink, run.texts)
    code = CLEAN
    specs: dict[str, ArchSpec] = {}
    for name in run.options.spec:
        names = _expanded(name, loader)
        if not names:
            complain(f"gen: nothing matches `{name}`")
            code = code or NO_MATCH
        for each in names:
            spec = loader.load(each)
            if spec is None:
                code = BAD_INPUT
            elif spec.arch in specs and not _is_same_file(specs[spec.arch].file, spec.file):
                first = specs[spec.arch].offstack_span
                run.sink.add(render_rules.same_arch_twice.at(spec.offstack_span, spec.arch, first))
                code = BAD_INPUT
            else:
                run.meets(spec.kernel)
                specs[spec.arch] = spec
    return list(specs.values()), code


def _is_same_file(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _expanded(name: str, loader: SpecLoader) -> list[str]:
    """The specs that a pattern stands for, sorted; a plain name stands for itself."""
    if not glob.has_magic(name) or Path(name).exists():
        return [name]
    return loader.matching(name)


def judged(run: Run, spec: ArchSpec, model: EntryModel, *, as_error: bool) -> Judgement | None:
    """The judgement of a model, with its findings; None if it is too large, which is a finding, too.

    Where nothing is claimed (offstack false) and nobody asked, what breaks is a warning about the port as it is.
    """
    from dataclasses import replace

    from gen.verify import rules as verify_rules
    from gen.verify.judge import judge
    from gen.verify.story import requirement_findings, violation_finding
    from gen.verify.summaries import MOST_FACTS, TooManyFactsError
    from gen.verify.unfold import TooLargeError

    try:
        judgement = judge(model)
    except TooLargeError as error:
        run.sink.add(verify_rules.too_large.at(error.path.span, str(error)))
        return None
    except TooManyFactsError:
        what = f"the proof needs more than {MOST_FACTS:,} facts"
        run.sink.add(verify_rules.too_large.at(spec.offstack_span, what))
        return None
    for violation in judgement.violations:
        finding = violation_finding(judgement, violation, spec.offstack_span)
        run.sink.add(finding if as_error else replace(finding, severity=Severity.WARNING))
    for finding in judgement.misplaced:
        run.sink.add(finding if as_error else replace(finding, severity=Severity.WARNING))
    for finding in judgement.warnings:
        run.sink.add(finding)
    strict = getattr(run.options, "strict", False)
    for requirement in judgement.requirements:
        for finding in requirement_findings(requirement):
            run.sink.add(replace(finding, severity=Severity.ERROR) if strict else finding)
    return judgement


def written(run: Run, root: Path, contents: dict[str, bytes]) -> dict[str, str] | None:
    """Writes files below a directory, all or none, and says what became of each; None if that cannot be done."""
    from gen.render.writer import RefusedError, write_files

    try:
        outcomes = write_files(root, contents)
    except RefusedError as error:
        refuse(run, root, error)
        return None
    return {str(root / name): outcome.value for name, outcome in outcomes.items()}


def refuse(run: Run, root: Path, error: Exception) -> None:
    """Says why nothing can be written below a directory."""
    from gen.diagnostics import Span
    from gen.render import rules

    run.sink.add(rules.output_refused.at(Span(str(root)), str(error)))
