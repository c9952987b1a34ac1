"""From a tree, or a file outside of any, to findings: every rule is asked about everything that it looks at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from gen.csource.kernel_views import condition_of_answers
from gen.diagnostics import Diagnostic, Span
from gen.kernel.sharing import shared
from gen.lint.facts import ArchFacts
from gen.lint.linted import Linted, PathOutcome
from gen.lint.recall import remembered
from gen.lint.rules import hooks, modules
from gen.lint.rules.not_analysed import not_analysed
from gen.lint.rules.unreadable_source import unreadable_source
from gen.lint.scope import Scope
from gen.lint.share import grounded
from gen.lint.source import SourceFile
from gen.lint.workspace import SOURCE_SUFFIXES, Workspace, folder_of

Progress = Callable[[str], None]


def load_rules() -> None:
    """Imports what every architecture needs, for a moment in which there is nothing else to do."""
    modules()
    for name in ("gen.lint.order.reading", "gen.lint.order.loose", "gen.verify.judge"):
        import_module(name)


def lint_tree(work: Workspace, scope: Scope, progress: Progress, memory: Path | None = None) -> Linted:
    """What is wrong in a part of a tree, architecture by architecture. Never raises for what is there.

    A second process takes some of the architectures. What was found is kept in the folder `memory`, if there is one.
    """
    folders = {folder_of(file) for file in work.mentions if scope.covers(file)}
    parts = sorted({*folders, *(arch for arch in work.architectures if scope.touches(arch))})
    # What takes longest comes first, so that neither process waits for the other at the end.
    parts.sort(key=lambda arch: -len(work.specs[arch].lines) if arch in work.specs else 0)

    def one(number: int) -> Linted:
        progress(f"arch/{parts[number]}" if parts[number] else "common code")
        part, arch = work.alone(), parts[number]
        if memory is None or work.config is not None:
            return _lint_part(part, arch, scope)
        key = _identity(part, arch, scope)
        return remembered(memory, key, part.inquiry, lambda: _lint_part(part, arch, scope), Linted.of)

    found = shared(len(parts), one)
    return Linted(
        tuple(finding for each in found for finding in each.findings),
        tuple(outcome for each in found for outcome in each.outcomes),
    )


def _identity(work: Workspace, arch: str, scope: Scope) -> tuple[object, ...]:
    """What decides what is found in an architecture, besides what its tree answers."""
    spec = work.specs.get(arch)
    return (
        os.fspath(work.tree.root),
        work.tree.version,
        work.naming.mark,
        work.architectures,
        arch,
        scope.paths,
        tuple(file for file in work.mentions if folder_of(file) == arch),
        sorted(work.unreadable.items()),
        (spec.file, spec.lines) if spec else None,
    )


def _lint_part(work: Workspace, arch: str, scope: Scope) -> Linted:
    """One architecture, or with "" what is in none: its files, and what is true of it as a whole."""
    found: list[Diagnostic] = []
    for file in work.mentions:
        wanted = folder_of(file) == arch and scope.covers(file) and file.endswith(SOURCE_SUFFIXES)
        if wanted and (source := work.source(file)):
            found += lint_file(source, work.facts(arch))
    if arch:
        whole = (each for each in _lint_architecture(work, arch) if _is_covered(each, arch, scope))
        found += (_with_function(each, work) for each in whole)
    found += (
        unreadable_source.at(Span(file), each.reason) for file, each in work.unreadable.items() if scope.covers(file)
    )
    return Linted(tuple(found), tuple(_outcomes(work)))


def _with_function(found: Diagnostic, work: Workspace) -> Diagnostic:
    """A finding with the function or label that it is in, if it stands in a source file and does not say so."""
    file = found.span.file
    if found.function or not file.endswith(SOURCE_SUFFIXES) or not (source := work.source(file)):
        return found
    return replace(found, function=source.function_at(found.span.line))


def _outcomes(work: Workspace) -> Iterator[PathOutcome]:
    for arch, reading in work.readings().items():
        for each in grounded(reading, work.evidence(arch)):
            path, outcome = each.reading.path, each.reading.outcome
            yield PathOutcome(arch, path.name, outcome.value, each.reason or each.reading.reason, each.ground.value)


def _is_covered(found: Diagnostic, arch: str, scope: Scope) -> bool:
    """Whether a finding about an architecture counts; one in a spec or common code does where all of it is linted."""
    if scope.covers(found.span.file):
        return True
    return not folder_of(found.span.file) and scope.covers_architecture(arch)


def _lint_architecture(work: Workspace, arch: str) -> Iterator[Diagnostic]:
    facts = work.facts(arch)
    if facts is None:
        return
    for hook in hooks("on_architecture"):
        yield from hook(facts, work)
    if facts.spec is not None:
        reading = work.entries(arch)
        for hook in hooks("on_entries"):
            yield from hook(reading)


def lint_file(file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """What is wrong in one file."""
    for hook in hooks("on_file"):
        for found in hook(file, facts):
            yield found if found.function else replace(found, function=file.function_at(found.span.line))
    yield from _lint_functions(file, facts)


def _lint_functions(file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    for each in file.not_analysed:
        span = file.span(each.place, len(each.name))
        yield replace(not_analysed.at(span, each.name, each.reason), function=each.name, condition=each.condition)
    found: dict[object, tuple[Diagnostic, list[Mapping[str, bool]]]] = {}
    for use in file.pair_uses:
        for hook in hooks("on_function"):
            for finding in hook(use, file, facts):
                # The way there may differ between views; the place and what it is about do not.
                same = (finding.rule, finding.severity, finding.span, finding.hint, finding.related)
                first = replace(finding, function=use.function.name)
                found.setdefault(same, (first, []))[1].extend(use.function.answers)
    for finding, answers in found.values():
        yield replace(finding, condition=condition_of_answers(tuple(answers)))
