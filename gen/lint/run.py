"""From a tree, or a file outside of any, to findings: every rule is asked about everything that it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module

from gen.csource.kernel_views import condition_of_answers
from gen.diagnostics import Diagnostic, Span
from gen.kernel.sharing import shared
from gen.lint.facts import ArchFacts
from gen.lint.rules import hooks, modules
from gen.lint.rules.not_analysed import not_analysed
from gen.lint.rules.unreadable_source import unreadable_source
from gen.lint.scope import Scope
from gen.lint.source import SourceFile
from gen.lint.workspace import SOURCE_SUFFIXES, Workspace, folder_of

Progress = Callable[[str], None]


@dataclass(frozen=True)
class PathOutcome:
    """What came of reading one entry path back from C: its architecture and name, and why if it was not rebuilt."""

    arch: str
    path: str
    outcome: str
    reason: str


@dataclass(frozen=True)
class Linted:
    """What was found in a part of a tree; files are named from the top of the tree."""

    findings: tuple[Diagnostic, ...]
    outcomes: tuple[PathOutcome, ...] = ()


def load_rules() -> None:
    """Imports what every architecture needs, for a moment in which there is nothing else to do."""
    modules()
    for name in ("gen.lint.order.reading", "gen.lint.order.loose", "gen.verify.judge"):
        import_module(name)


def lint_tree(work: Workspace, scope: Scope, progress: Progress) -> Linted:
    """What is wrong in a part of a tree, architecture by architecture. Never raises for what is there.

    A second process takes some of the architectures.
    """
    folders = {folder_of(file) for file in work.mentions if scope.covers(file)}
    parts = sorted({*folders, *(arch for arch in work.architectures if scope.touches(arch))})
    # What takes longest comes first, so that neither process waits for the other at the end.
    parts.sort(key=lambda arch: -len(work.specs[arch].lines) if arch in work.specs else 0)

    def one(number: int) -> Linted:
        progress(f"arch/{parts[number]}" if parts[number] else "common code")
        return _lint_part(work.alone(), parts[number], scope)

    found = shared(len(parts), one)
    return Linted(
        tuple(finding for each in found for finding in each.findings),
        tuple(outcome for each in found for outcome in each.outcomes),
    )


def _lint_part(work: Workspace, arch: str, scope: Scope) -> Linted:
    """One architecture, or with "" what is in none: its files, and what is true of it as a whole."""
    found: list[Diagnostic] = []
    for file in work.mentions:
        wanted = folder_of(file) == arch and scope.covers(file) and file.endswith(SOURCE_SUFFIXES)
        if wanted and (source := work.source(file)):
            found += lint_file(source, work.facts(arch))
    if arch:
        found += (each for each in _lint_architecture(work, arch) if _is_covered(each, arch, scope))
    found += (
        unreadable_source.at(Span(file), each.reason) for file, each in work.unreadable.items() if scope.covers(file)
    )
    return Linted(tuple(found), tuple(_outcomes(work)))


def _outcomes(work: Workspace) -> Iterator[PathOutcome]:
    for arch, reading in work.readings().items():
        for each in reading.paths:
            yield PathOutcome(arch, each.path.name, each.outcome.value, each.reason)


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
        yield from hook(file, facts)
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
