"""Code that can be instrumented after user_enter()."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gen.diagnostics import Diagnostic, Said, Severity, rule
from gen.lint.facts import ArchFacts
from gen.lint.order.entries import EntryReading, Exposed, Kind
from gen.lint.order.telling import behind, in_both_windows, in_paths, in_window, loosely, moved, related, told
from gen.lint.source import SourceFile
from gen.model.windows import Window


@rule(Severity.WARNING)
def instrumentable_after_user_enter(found: Exposed) -> Said:
    """code that can be instrumented after user_enter()

    Between user_enter() and the return RCU does not watch this CPU any more; see instrumentable-before-user-exit. The
    function graph tracer hooks a function's return, so one that calls user_enter() has to be noinstr itself.

        user_enter_irqoff();
        trace_hardirqs_on();

    Instead: call it before user_enter(), or make it noinstr or __always_inline.
    """
    return Said(
        f"{found.what}() can be instrumented, and runs {behind(found.turn)}{in_paths(found.paths)}",
        moved(found, "before user_enter"),
        related(found.turn, found),
    )


def on_entries(reading: EntryReading) -> Iterator[Diagnostic]:
    """One finding a call, and one a function whose own return can be hooked."""
    yield from _found(reading.exposed)


def on_file(file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """The same for C that no spec describes, as far as it goes."""
    yield from _found(loosely(file, facts))


def _found(exposed: Iterable[Exposed]) -> Iterator[Diagnostic]:
    exposed = tuple(exposed)
    both = in_both_windows(exposed, Kind.TRACEABLE)  # by instrumentable-before-user-exit
    for each in in_window(exposed, Kind.TRACEABLE, Window.EXIT):
        if (each.span, each.what) not in both:
            yield told(instrumentable_after_user_enter.at(each.span, each), each)
