"""Calls of exception_enter() whose result goes nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gen.diagnostics import Diagnostic, Said, Severity, rule
from gen.lint.facts import ArchFacts
from gen.lint.offstack import pair_does_nothing
from gen.lint.pair import PairUse
from gen.lint.source import SourceFile


@rule(Severity.WARNING)
def exception_enter_unsaved(returns: bool) -> Said:
    """the result of exception_enter() is dropped

    What exception_enter() returns is the only thing that tells exception_exit() which state to go back to. Where it is
    dropped and the function returns, the interrupted code goes on in the KERNEL state. A note where every way from
    there ends in a call that does not return, such as die_if_kernel() on sparc: nothing is lost then, and the call
    is there for the sake of RCU.

        exception_enter();              /* <- the state is lost */
        do_something(regs);

    Instead: `enum ctx_state prev_state = exception_enter();`, and exception_exit(prev_state) on every way out.
    """
    if returns:
        return Said(
            "the state that exception_enter() returns is dropped, and the function returns",
            "keep it in an `enum ctx_state` and give it to exception_exit()",
        )
    return Said(
        "the state that exception_enter() returns is dropped, and every way on ends in a call that does not return",
        "nothing is lost; keep the state only if that call may return one day",
    )


def on_function(use: PairUse, file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """One finding a call."""
    for drop in use.drops if not pair_does_nothing(use, facts) else ():
        found = exception_enter_unsaved.at(file.call_span(drop.site.call), drop.returns)
        yield found if drop.returns else replace(found, severity=Severity.NOTE)
