"""Selects of context tracking that have no effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from gen.diagnostics import Diagnostic, Related, Said, Severity, rule
from gen.kernel.expression import Expression, evaluated, shown, symbols_of
from gen.kernel.kconfig import Select
from gen.lint.facts import OFFSTACK, TIF_NOHZ, TRACKING, ArchFacts
from gen.lint.workspace import Workspace

MOST_SYMBOLS = 10
"""How many symbols of two conditions are tried in every combination; the kernel's have at most three."""


@rule(Severity.WARNING)
def select_without_tracking(symbol: str, tracking: str, when: str, select: Select | None) -> Said:
    """a select of context tracking without HAVE_CONTEXT_TRACKING_USER

    HAVE_CONTEXT_TRACKING_USER_OFFSTACK and HAVE_TIF_NOHZ say how an architecture tracks user context. Where it does not
    say that it tracks at all, with HAVE_CONTEXT_TRACKING_USER, nobody reads them.

    Instead: select HAVE_CONTEXT_TRACKING_USER under the same condition, or drop the other one.
    """
    related = (Related(select.span, "context tracking is selected here"),) if select else ()
    return Said(f"`{symbol}` without `{tracking}`{when}", f"select {tracking} under the same condition", related)


def on_architecture(facts: ArchFacts, _work: Workspace) -> Iterator[Diagnostic]:
    """One finding a select that can be in force while tracking is not."""
    tracking = facts.spelled(TRACKING)
    named = facts.tracking
    # TIF_NOHZ is set by code that the generic entry does not have; an architecture may keep the select all the same.
    for select in facts.kconfig.selects([facts.spelled(OFFSTACK), facts.spelled(TIF_NOHZ)]):
        if named is None:
            yield select_without_tracking.at(select.span, select.symbol, tracking, "", None)
        elif lacking := _lacking(facts, select, tracking):
            yield select_without_tracking.at(select.span, select.symbol, tracking, f" where {lacking}", named)


def _lacking(facts: ArchFacts, select: Select, tracking: str) -> str:
    """The condition of a select, if it may hold where tracking is not selected; nothing if it implies that."""
    here, there = facts.kconfig.condition(select), facts.kconfig.selected(tracking)
    symbols = sorted({*symbols_of(here), *symbols_of(there)} - {tracking})
    if len(symbols) > MOST_SYMBOLS:
        return ""
    for answers in product((False, True), repeat=len(symbols)):
        known = dict(zip(symbols, answers, strict=True))
        selected = evaluated(there, known)
        if selected is False and _may_hold(here, known, tracking):
            return shown(here) or "nothing else is asked"
    return ""


def _may_hold(condition: Expression, known: Mapping[str, bool], tracking: str) -> bool:
    return evaluated(condition, {**known, tracking: False}) is True
