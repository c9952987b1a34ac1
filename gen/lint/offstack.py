"""What is compiled where an architecture declares offstack: the calls that three rules are about."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gen.csource.asm import Use
from gen.csource.cfg import Call
from gen.csource.kernel_views import KernelView
from gen.csource.outline import Group
from gen.csource.tokens import Tokens
from gen.diagnostics import Span
from gen.lint.facts import OFFSTACK, ArchFacts, Declaration
from gen.lint.pair import PairUse
from gen.lint.source import SourceFile


def calls_with_offstack(
    use: PairUse, facts: ArchFacts | None, names: Collection[str]
) -> Iterator[tuple[Call, Declaration]]:
    """The calls of some names in a view that may be compiled together with offstack, if that is declared."""
    if facts is None or facts.declaration is None:
        return
    symbol = f"CONFIG_{facts.spelled(OFFSTACK)}"
    answers = use.function.answers
    if answers and all(decided.get(symbol) is False for decided in answers):
        return
    for _, call in use.graph.calls():
        if call.name in names and call.operands is not None:
            yield call, facts.declaration


def without_offstack(around: tuple[Group, ...], facts: ArchFacts) -> bool:
    """Whether text inside some #if groups is never compiled together with offstack."""
    declared = KernelView(({f"CONFIG_{facts.spelled(OFFSTACK)}": True},), Tokens([], []))
    return not declared.allows(around, None)


def assembly_calls(
    file: SourceFile, facts: ArchFacts | None, names: Collection[str]
) -> Iterator[tuple[Span, str, Declaration]]:
    """The places where assembly names one of some functions, macros of the same file followed, if offstack is declared.

    A macro that a header gives to assembly (`#define SCHEDULE_USER bl schedule_user`) is such a place, too.
    """
    if facts is None or facts.declaration is None:
        return
    for use in file.assembly(names):
        if use.use is Use.OPERAND and not use.via:
            yield file.span(use.place, len(use.name)), use.name, facts.declaration
    for each in file.occurrences(names):
        if not each.called and each.function.isupper():
            yield file.span(each.place, len(each.name)), each.name, facts.declaration
