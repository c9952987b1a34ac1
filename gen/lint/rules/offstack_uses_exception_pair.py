"""Calls of the pair in an architecture that says that it does without."""

from __future__ import annotations

from collections.abc import Iterator

from gen.diagnostics import Diagnostic, Related, Said, rule
from gen.kernel.names import OFFSTACK, PAIR
from gen.lint.facts import ArchFacts, Declaration
from gen.lint.offstack import assembly_calls, calls_with_offstack
from gen.lint.pair import PairUse
from gen.lint.source import SourceFile


@rule()
def offstack_uses_exception_pair(name: str, arch: str, declaration: Declaration) -> Said:
    """exception_enter() or exception_exit() in an architecture that declares offstack

    With HAVE_CONTEXT_TRACKING_USER_OFFSTACK (HAVE_CONTEXT_TRACKING_OFFSTACK before v6.0) exception_enter() returns 0
    and does nothing, as of commit 179a9cf79212: requirement R1 of the help text in arch/Kconfig. A handler that needs
    it runs in the USER state then, without RCU.

    Instead: let user_exit() and user_enter() do it in the entry code, and remove the pair; or do not declare offstack.
    """
    return Said(
        f"{name}() does nothing here: {arch} {declaration.words}",
        "remove the call, or do not declare offstack",
        (Related(declaration.span, "declared here"),),
    )


def on_function(use: PairUse, file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """One finding a call that is compiled together with offstack."""
    for call, declaration in calls_with_offstack(use, facts, PAIR) if _is_nothing(facts) else ():
        yield offstack_uses_exception_pair.at(file.call_span(call), call.name, file.arch, declaration)


def on_file(file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """The same for assembly."""
    for span, name, declaration in assembly_calls(file, facts, PAIR) if _is_nothing(facts) else ():
        yield offstack_uses_exception_pair.at(span, name, file.arch, declaration)


def _is_nothing(facts: ArchFacts | None) -> bool:
    """Whether the pair does nothing with offstack in this tree: one that brought the option alone still has it."""
    return facts is not None and facts.naming.ends_the_pair(OFFSTACK)
