"""The helpers that assembly calls."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from gen.csource.asm import Use
from gen.diagnostics import Diagnostic, Said, Severity, rule
from gen.kernel.names import spellings
from gen.lint.facts import ArchFacts
from gen.lint.source import SourceFile


@rule(Severity.NOTE)
def callable_helper(name: str, instead: str) -> Said:
    """a helper that is meant for assembly of old

    user_enter_callable() and user_exit_callable() (context_tracking_user_enter() and _exit() before v6.0) exist for
    entry code in assembly. They can be traced, which requirement R6 of offstack does not want in a critical window,
    and kernel/context_tracking.c calls them obsolete: entry code is to be C.

    Instead: user_exit_irqoff() and user_enter_irqoff() in noinstr C, or the generic entry code.
    """
    return Said(f"{name}() can be traced, and is kept for assembly only", f"call {instead}() from noinstr C")


_INSTEAD = {"user_enter_callable": "user_enter_irqoff", "user_exit_callable": "user_exit_irqoff"}


@cache
def _names() -> dict[str, str]:
    return {spelling: instead for name, instead in _INSTEAD.items() for spelling in spellings(name)}


def on_file(file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """One finding a call, in an architecture."""
    if facts is None:
        return
    names = _names()
    for use in file.assembly(names):
        if use.use is Use.OPERAND and not use.via:
            yield callable_helper.at(file.span(use.place, len(use.name)), use.name, names[use.name])
    for each in file.occurrences(names):
        if each.called and each.function:  # outside of any it is declared
            yield callable_helper.at(file.span(each.place, len(each.name)), each.name, names[each.name])
