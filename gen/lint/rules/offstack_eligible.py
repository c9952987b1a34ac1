"""Architectures that could declare offstack as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gen.diagnostics import Diagnostic, Related, Said, Severity, rule
from gen.kernel.kconfig import Kconfig, Select
from gen.kernel.names import OFFSTACK, PAIR, SCHEDULE_USER
from gen.lint.facts import ArchFacts
from gen.lint.share import Share, share_of
from gen.lint.workspace import Workspace

if TYPE_CHECKING:
    from gen.spec.archspec import ArchSpec

FORBIDDEN = frozenset({*PAIR, SCHEDULE_USER})


@rule(Severity.NOTE)
def offstack_eligible(arch: str, symbol: str, after: str, spec: ArchSpec, share: Share) -> Said:
    """an architecture that could select HAVE_CONTEXT_TRACKING_USER_OFFSTACK

    Nothing in the architecture's code calls exception_enter(), exception_exit() or schedule_user(), its spec claims
    that nothing needs them, `gen verify` proves that for every nesting depth, and the tree is as the spec has it: each
    entry path was read in C, or is assembly that the spec describes. Selecting the symbol makes
    exception_enter() in the scheduler's preemption paths go away, and lets the kernel check the promise.

    Instead: the select that the hint names, after reading the proof.
    """
    return Said(
        f"{arch} could select {symbol}: nothing in arch/{arch} uses the pair or schedule_user(), and the claim of "
        f"{spec.file} is proved ({share})",
        f"add `select {symbol}`{after}: `gen verify {spec.arch}` proves it, `gen patch {spec.arch}` makes a series",
        (Related(spec.offstack_span, "claimed here"),),
    )


def on_architecture(facts: ArchFacts, work: Workspace) -> Iterator[Diagnostic]:
    """At most one finding, at the select of context tracking."""
    spec, tracking = facts.spec, facts.tracking
    if spec is None or tracking is None or not spec.model.offstack or facts.select(OFFSTACK) is not None:
        return
    if facts.naming.cannot_declare(OFFSTACK):
        return
    reading, evidence = work.entries(facts.name), work.evidence(facts.name)
    share = share_of(reading, evidence)
    if not share.is_whole or share.differing or not evidence.holds:
        return
    if _uses_pair(facts.name, work) or not work.is_proved(facts.name):
        return
    symbol = facts.spelled(OFFSTACK)
    after = _after(facts.kconfig, tracking, symbol)
    yield offstack_eligible.at(tracking.span, facts.name, symbol, after, spec, share)


def _uses_pair(arch: str, work: Workspace) -> bool:
    for file in work.sources_of(arch):
        # A macro in capitals may be for assembly, which calls without brackets.
        uses = (each.called or each.function.isupper() for each in file.occurrences(FORBIDDEN))
        if any(uses) or any(file.assembly(FORBIDDEN)):
            return True
    return False


def _after(kconfig: Kconfig, tracking: Select, symbol: str) -> str:
    """Where the select belongs, by the order that the list keeps."""
    selects = kconfig.select_list(tracking.by)
    before = selects.predecessor(symbol, tracking.symbol) if selects else None
    condition = f" with the condition of {tracking.symbol}" if tracking.own else ""
    return f" after line {before.span.line}{condition}" if before else condition
