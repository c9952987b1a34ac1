"""From a tree, or a file outside of any, to findings: every rule is asked about everything that it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from gen.csource.kernel_views import condition_of_answers
from gen.diagnostics import Diagnostic, Span
from gen.lint.facts import ArchFacts
from gen.lint.rules import hooks
from gen.lint.rules.not_analysed import not_analysed
from gen.lint.rules.unreadable_source import unreadable_source
from gen.lint.scope import Scope
from gen.lint.source import SourceFile
from gen.lint.workspace import SOURCE_SUFFIXES, Workspace, folder_of

Progress = Callable[[str], None]


def lint_tree(work: Workspace, scope: Scope, progress: Progress) -> Iterator[Diagnostic]:
    """What is wrong in a part of a tree; files are named from the top of the tree. Never raises for what is there."""
    for file in work.mentions:
        if scope.covers(file) and file.endswith(SOURCE_SUFFIXES):
            progress(file)
            if source := work.source(file):
                yield from lint_file(source, work.facts(source.arch))
    for arch in work.architectures:
        if scope.touches(arch):
            progress(f"arch/{arch}")
            yield from (found for found in _lint_architecture(work, arch) if _is_covered(found, arch, scope))
    yield from (
        unreadable_source.at(Span(file), each.reason)
        for file, each in sorted(work.unreadable.items())
        if scope.covers(file)
    )


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
