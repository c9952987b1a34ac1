"""Calls of exception_exit() that get something else than what exception_enter() gave."""

from __future__ import annotations

from collections.abc import Iterator

from gen.diagnostics import Diagnostic, Related, Said, rule
from gen.lint.facts import ArchFacts
from gen.lint.offstack import pair_does_nothing
from gen.lint.pair import Mismatch, PairUse, Value
from gen.lint.source import SourceFile


@rule()
def exception_exit_mismatch(argument: str, what: str, saved: str, related: tuple[Related, ...]) -> Said:
    """exception_exit() of something else than what exception_enter() gave

    exception_exit() goes back to the state that it is given. A constant, another variable, one that was assigned in
    between or was never set brings back a state that the interrupted code did not have.

        prev_state = exception_enter();
        ...
        exception_exit(CONTEXT_USER);           /* <- whatever was interrupted */

    Instead: the variable that holds the result of exception_enter(), untouched.
    """
    hint = f"write exception_exit({saved})" if saved else "give it the variable that holds what exception_enter() gave"
    return Said(f"exception_exit() gets `{argument}`, {what}", hint, related)


_WHAT = {
    Value.NOTHING: "which is not set on every way here",
    Value.PARAMETER: "a parameter, while the state is kept elsewhere",
    Value.CONSTANT: "a constant, and not what exception_enter() gave",
    Value.ENTER: "what an earlier exception_enter() gave",
}


def on_function(use: PairUse, file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """One finding a call."""
    for each in use.mismatches if not pair_does_nothing(use, facts) else ():
        saved = each.site.saved if each.site.saved != each.argument else ""
        what = _WHAT.get(each.origin.value, "which has been assigned something else")
        yield exception_exit_mismatch.at(
            file.call_span(each.call), each.argument, what, saved, tuple(_related(each, file))
        )


def _related(each: Mismatch, file: SourceFile) -> Iterator[Related]:
    yield Related(file.call_span(each.site.call), "exception_enter() is called here")
    if each.origin.place is not None:
        what = "declared here" if each.origin.value is Value.NOTHING else "assigned here"
        yield Related(file.span(each.origin.place, len(each.argument)), f"`{each.argument}` is {what}")
