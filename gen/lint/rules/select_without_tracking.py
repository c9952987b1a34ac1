"""Selects of context tracking that have no effect."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from gen.diagnostics import Diagnostic, Related, Said, Severity, rule
from gen.kernel.expression import ALWAYS, Expression, evaluated, shown, symbols_of
from gen.kernel.kconfig import Select
from gen.kernel.names import OFFSTACK, TIF_NOHZ, TRACKING
from gen.lint.facts import ArchFacts
from gen.lint.workspace import Workspace

MOST_SYMBOLS = 10
"""How many symbols of two conditions are tried in every combination; the kernel's have at most three."""


@rule(Severity.WARNING)
def select_without_tracking(symbol: str, tracking: str, here: str, there: str, select: Select | None) -> Said:
    """a select of context tracking without HAVE_CONTEXT_TRACKING_USER

    HAVE_CONTEXT_TRACKING_USER_OFFSTACK and HAVE_TIF_NOHZ say how an architecture tracks user context. Where it does not
    say that it tracks at all, with HAVE_CONTEXT_TRACKING_USER, nobody reads them.

    Instead: select HAVE_CONTEXT_TRACKING_USER under the same condition, or drop the other one.
    """
    related = (Related(select.span, "context tracking is selected here"),) if select else ()
    return Said(
        f"`{symbol}` is selected{here}, and `{tracking}` {there}",
        f"select {tracking} under the same condition",
        related,
    )


def on_architecture(facts: ArchFacts, _work: Workspace) -> Iterator[Diagnostic]:
    """One finding a select that can be in force while tracking is not."""
    tracking = facts.spelled(TRACKING)
    named = facts.tracking
    # TIF_NOHZ is set by code that the generic entry does not have; an architecture may keep the select all the same.
    for select in facts.kconfig.selects([facts.spelled(OFFSTACK), facts.spelled(TIF_NOHZ)]):
        if named is None:
            yield select_without_tracking.at(select.span, select.symbol, tracking, "", "never", None)
            continue
        here, there = facts.kconfig.condition(select), facts.kconfig.selected(tracking)
        if _may_lack(here, there, tracking):
            conditions = f" {_if(here)}", f"only {_if(there)}"
            yield select_without_tracking.at(select.span, select.symbol, tracking, *conditions, named)


def _if(condition: Expression) -> str:
    return "always" if condition == ALWAYS else f"if {shown(condition)}"


def _may_lack(here: Expression, there: Expression, tracking: str) -> bool:
    """Whether a condition may hold where tracking is not selected; not tried with too many symbols."""
    symbols = sorted({*symbols_of(here), *symbols_of(there)} - {tracking})
    if len(symbols) > MOST_SYMBOLS:
        return False
    for answers in product((False, True), repeat=len(symbols)):
        known = dict(zip(symbols, answers, strict=True))
        if evaluated(there, known) is False and evaluated(here, {**known, tracking: False}) is True:
            return True
    return False
