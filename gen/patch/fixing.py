"""The series that mends what lint found: one patch a function, small enough to be backported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gen.csource.tokens import decoded
from gen.diagnostics import Diagnostic
from gen.lint.facts import ArchFacts
from gen.lint.source import SourceFile, never_returning
from gen.lint.workspace import Workspace
from gen.patch.change import Change
from gen.patch.fixes import missing_exits
from gen.patch.leaks import Leak
from gen.patch.offstack import Planned
from gen.patch.refusals import Refusal
from gen.patch.series import FileChange, Patch, Reason, Series, reencoded
from gen.patch.words import listed, summary, wrapped

MOST_MENDED = 200
"""Findings that one series mends; a whole tree has 8."""

MOST_READ = 16 << 20
"""Bytes of files that are read for one series, each as often as a function in it is mended."""


def fix_series(rule: str, findings: Sequence[Diagnostic], facts: ArchFacts, work: Workspace) -> Planned:
    """The patches that mend the findings of a rule of gen.lint.fixable, in the order of the files and lines."""
    patches: list[Patch] = []
    refusals: list[Refusal] = []
    texts: dict[str, bytes] = {}
    if (refusal := _too_much(findings, work)) is not None:
        return Planned(None, (refusal,))
    for function, found in _by_function(findings):
        file = found[0].span.file
        before = texts.get(file, work.bytes_of(file))
        mended = _mended(before, work, facts, function, found)
        if isinstance(mended, Patch):
            patches.append(mended)
            texts[file] = mended.changes[0].after
        else:
            refusals += mended
    if refusals:
        return Planned(None, tuple(sorted(set(refusals))))
    title = summary(facts.name, "exit context tracking on every way out of exception handlers")
    purpose = (
        "exception_enter() switches context tracking to KERNEL and returns the state to go back to. A handler that "
        "returns without exception_exit() lets user mode go on in the KERNEL state: a nohz_full CPU keeps its tick, "
        "RCU waits for it, and user time is accounted as system time.",
        *(["Each patch stands alone and can be backported alone."] if len(patches) > 1 else []),
    )
    return Planned(Series(f"{facts.name}-{rule}", title, purpose if patches else (), tuple(patches)))


def _too_much(findings: Sequence[Diagnostic], work: Workspace) -> Refusal | None:
    """Why nobody could review what would mend all of this, at the first place that is too much."""
    read = 0
    for number, found in enumerate(sorted(findings, key=Diagnostic.sort_key)):
        read += len(work.bytes_of(found.span.file)) if number < MOST_MENDED else 0
        if number == MOST_MENDED or read > MOST_READ:
            reason = f"no more is mended in one series than {MOST_MENDED} places and {MOST_READ >> 20} MiB of files"
            return Refusal(found.span.file, found.span.line, found.span.column, reason, found.function)
    return None


def _by_function(findings: Sequence[Diagnostic]) -> Iterator[tuple[str, list[Diagnostic]]]:
    groups: dict[tuple[str, str], list[Diagnostic]] = {}
    for each in sorted(findings, key=Diagnostic.sort_key):
        groups.setdefault((each.span.file, each.function), []).append(each)
    return ((function, found) for (_, function), found in groups.items())


def _mended(
    before: bytes, work: Workspace, facts: ArchFacts, function: str, found: Sequence[Diagnostic]
) -> Patch | tuple[Refusal, ...]:
    """One function's patch, for the file as earlier patches leave it."""
    file = found[0].span.file
    source = work.source(file)
    if source is None:
        return ()
    leaks, change = _exits(replace(source, text=decoded(before)), function, work.noreturn(facts.name))
    if not isinstance(change, Change):
        # Places are those of the tree, and not of what earlier patches make of it.
        _, in_tree = _exits(source, function, work.noreturn(facts.name))
        return change if isinstance(in_tree, Change) else in_tree
    after = reencoded(change.after, before)
    reasons = tuple(Reason(leak.place.line, "the run left without exception_exit()") for leak in leaks)
    return Patch(
        _title(facts.name, function), tuple(_why(function, found)), (FileChange(file, before, after, reasons),)
    )


def _exits(
    source: SourceFile, function: str, noreturn: frozenset[str]
) -> tuple[list[Leak], Change | tuple[Refusal, ...]]:
    """The ways out of a function that miss the exit, and the change that adds it, or why there is none."""
    leaks = _leaks(source, function)
    return leaks, missing_exits(source.text, source.name, leaks, never_returning() | noreturn)


def _leaks(source: SourceFile, function: str) -> list[Leak]:
    """The ways out of a function that miss the exit, each once however many views have it."""
    uses = (use for use in source.pair_uses if use.function.name == function)
    found = (Leak(use.graph.nodes[leak.leaving].place, leak.site.saved) for use in uses for leak in use.leaks)
    return list(dict.fromkeys(found))


def _title(folder: str, function: str) -> str:
    return summary(
        folder,
        f"call exception_exit() on every way out of {function}()",
        f"exit context tracking in {function}()",
        "exit context tracking on every way out",
    )


def _why(function: str, found: Sequence[Diagnostic]) -> Iterator[str]:
    yield f"{function}() calls exception_enter(), and can be left without exception_exit():"
    yield "\n".join(wrapped(f"- {_way(each)}", "  ") for each in found)
    yield (
        "If the state was USER before, it is KERNEL then although user mode goes on: a nohz_full CPU keeps its tick, "
        "and RCU waits for it."
    )
    yield "Call exception_exit() there, too."


def _way(leak: Diagnostic) -> str:
    """One way out, by the last questions before it."""
    where = "at the end" if leak.message.startswith("falls") else "by a return"
    questions = [step.message for step in leak.flow[1:-1]]
    way = f" where {listed(questions[-3:])}" if questions else ""
    return f"{where}{way}{f', with {leak.condition}' if leak.condition else ''}"
