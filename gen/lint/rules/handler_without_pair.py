"""Handlers that lack the pair which their siblings have, found by `gen.lint.handlers`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from gen.diagnostics import Diagnostic, Related, Said, Severity, Span, rule
from gen.lint.handlers import bare_handlers

if TYPE_CHECKING:
    from gen.lint.facts import ArchFacts
    from gen.lint.workspace import Workspace


@rule(Severity.NOTE)
def handler_without_pair(name: str, sibling: str, named_at: Span) -> Said:
    """an exception handler without the pair that its siblings have

    In an architecture that lives by exception_enter() and exception_exit() each handler that assembly calls has to
    bracket itself: an exception from user mode finds the state USER, where RCU does not watch. Handlers of the same
    assembly file do so, and this one calls something without it. A note, because the handler may do nothing that
    matters; interrupt and NMI handlers, and those that never return, are left out.

    Instead: `prev_state = exception_enter()` at its beginning and exception_exit(prev_state) on every way out.
    """
    return Said(
        f"{name}() runs in whatever state it finds, where {sibling}() calls exception_enter()",
        "bracket it with exception_enter() and exception_exit(), or make sure that it uses no RCU and sends no signal",
        (Related(named_at, "assembly calls it here"),),
    )


def on_architecture(facts: ArchFacts, work: Workspace) -> Iterator[Diagnostic]:
    """One finding a handler."""
    if not facts.lives_by_the_pair:
        return
    for bare in bare_handlers(facts, work):
        file, function = bare.definition.file, bare.definition.views[0]
        named_at = bare.assembly.span(bare.use.place, len(bare.use.via[0] if bare.use.via else bare.use.name))
        span = file.span(function.place, len(function.name))
        yield replace(handler_without_pair.at(span, function.name, bare.sibling, named_at), function=function.name)
