"""Code that can be instrumented before user_exit()."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gen.diagnostics import Diagnostic, Said, Severity, rule
from gen.lint.facts import ArchFacts
from gen.lint.order.entries import EntryReading, Exposed, Kind
from gen.lint.order.telling import before, behind, in_both_windows, in_paths, in_window, loosely, moved, related, told
from gen.lint.source import SourceFile
from gen.model.windows import Window


@rule(Severity.WARNING)
def instrumentable_before_user_exit(found: Exposed, later: Exposed | None = None) -> Said:
    """code that can be instrumented before user_exit()

    Between the entry and user_exit() RCU does not watch this CPU. ftrace, kprobes, lockdep and tracepoints use RCU, so
    code there has to be noinstr or always inlined; HAVE_CONTEXT_TRACKING_USER_OFFSTACK asks for that (arch/Kconfig),
    and instrumentation_begin() is no excuse. A function that is not seen to be noinstr counts, and so does one that is
    `inline` alone: a compiler may leave it out of line.

        trace_hardirqs_off_finish();
        user_exit_irqoff();

    What runs after user_enter(), too, such as the handler that calls both, is reported here once, and not again by
    instrumentable-after-user-enter.

    Instead: call it after user_exit(), or make it noinstr or __always_inline.
    """
    if later is not None:
        paths = tuple(dict.fromkeys((*found.paths, *later.paths)))
        when = f"{before(found.turn)} and {behind(later.turn)}"
        return Said(
            f"{found.what}() can be instrumented, and runs {when}{in_paths(paths)}",
            "make it noinstr",
            (*related(found.turn, found), *related(later.turn)),
        )
    return Said(
        f"{found.what}() can be instrumented, and runs {before(found.turn)}{in_paths(found.paths)}",
        moved(found, "after user_exit"),
        related(found.turn, found),
    )


def on_entries(reading: EntryReading) -> Iterator[Diagnostic]:
    """One finding a call, and one a function whose own entry can be hooked."""
    yield from _found(reading.exposed)


def on_file(file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """The same for C that no spec describes, as far as it goes."""
    yield from _found(loosely(file, facts))


def _found(exposed: Iterable[Exposed]) -> Iterator[Diagnostic]:
    exposed = tuple(exposed)
    later = in_both_windows(exposed, Kind.TRACEABLE)
    for each in in_window(exposed, Kind.TRACEABLE, Window.ENTRY):
        found = instrumentable_before_user_exit.at(each.span, each, later.get((each.span, each.what)))
        yield told(found, each)
