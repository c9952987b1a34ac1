"""Calls of the pair that find the other half missing."""

from __future__ import annotations

from collections.abc import Iterator

from gen.diagnostics import Diagnostic, Related, Said, Span, rule
from gen.kernel.names import ENTER
from gen.lint.facts import ArchFacts
from gen.lint.offstack import pair_does_nothing
from gen.lint.pair import PairUse, Unpaired
from gen.lint.source import SourceFile


@rule()
def exception_exit_unpaired(what: str, hint: str, other: Span | None) -> Said:
    """exception_exit() before or twice, or exception_enter() twice

    One exception_enter() goes with one exception_exit() on every way through a handler. An exit that nothing was
    entered for, or a second one, may switch to USER in the middle of kernel code; RCU then ignores the CPU. A second
    enter hides the state that the first one found.

    Instead: enter at the beginning, exit on every way out, each once.
    """
    return Said(what, hint, (Related(other, "the earlier call"),) if other else ())


def on_function(use: PairUse, file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """One finding a call."""
    for each in use.unpaired if not pair_does_nothing(use, facts) else ():
        other = file.call_span(each.other) if each.other else None
        yield exception_exit_unpaired.at(file.call_span(each.call), *_said(each), other)


def _said(each: Unpaired) -> tuple[str, str]:
    line = each.other.place.line if each.other else 0
    if each.call.name == ENTER:
        return f"exception_enter() while that of line {line} is still open", "call exception_exit() in between"
    if each.other:
        return f"exception_exit() again after that of line {line}", "exit once on each way"
    return "exception_exit() on a way without exception_enter()", "enter before it, or go round it on this way"
