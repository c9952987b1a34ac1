"""schedule_user() in an architecture that declares offstack."""

from __future__ import annotations

from collections.abc import Iterator

from gen.diagnostics import Diagnostic, Related, Said, rule
from gen.kernel.names import SCHEDULE_USER
from gen.lint.facts import ArchFacts, Declaration
from gen.lint.offstack import assembly_calls, calls_with_offstack
from gen.lint.pair import PairUse
from gen.lint.source import SourceFile

NAMES = (SCHEDULE_USER,)


@rule()
def offstack_uses_schedule_user(arch: str, declaration: Declaration) -> Said:
    """schedule_user() in an architecture that declares offstack

    schedule_user() schedules between exception_enter() and exception_exit(), which do nothing with offstack, so the
    scheduler is not built with it there (commit 6775de4984ea): the kernel does not link. Requirement R2 of the help
    text in arch/Kconfig.

    Instead: schedule() in the KERNEL state, before user_enter().
    """
    return Said(
        f"schedule_user() is not built here: {arch} {declaration.words}",
        "call schedule() before user_enter()",
        (Related(declaration.span, "declared here"),),
    )


def on_function(use: PairUse, file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """One finding a call that is compiled together with offstack."""
    for call, declaration in calls_with_offstack(use, facts, NAMES):
        yield offstack_uses_schedule_user.at(file.call_span(call), file.arch, declaration)


def on_file(file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """The same for assembly, and for what a header gives assembly to call."""
    for span, _, declaration in assembly_calls(file, facts, NAMES):
        yield offstack_uses_schedule_user.at(span, file.arch, declaration)
