"""A scheduling point where the state says USER."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gen.diagnostics import Diagnostic, Said, Span, rule
from gen.lint.facts import ArchFacts
from gen.lint.order.entries import EntryReading, Exposed, Kind
from gen.lint.order.telling import before, behind, in_function, in_paths, in_window, loosely, related
from gen.lint.source import SourceFile
from gen.verify.windows import Window


@rule()
def schedule_in_user_state(found: Exposed) -> Said:
    """a scheduling point in the USER state

    Before user_exit() and after user_enter() context tracking says USER, and RCU does not wait for this CPU. A task
    that schedules there hands the CPU to kernel code that RCU ignores; the kernel prints SCHED_WARN_ON(ct_state() ==
    CONTEXT_USER). On the way back to user mode it is easily done: `jal schedule` in a work loop that runs after
    exception_exit() or user_enter().

    Instead: schedule before user_enter(), after user_exit(), or through schedule_user() where the port has the pair.
    """
    where = before(found.turn) if found.window is Window.ENTRY else behind(found.turn)
    return Said(
        f"{found.what}() may schedule in the USER state{f', {where}' if found.turn else ''}{in_paths(found.paths)}",
        "call schedule() in the KERNEL state, or schedule_user()",
        related(found.turn, found),
    )


def on_entries(reading: EntryReading) -> Iterator[Diagnostic]:
    """One finding a place, whichever window it is in."""
    yield from _found(reading.exposed)


def on_file(file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """The same for C that no spec describes, as far as it goes."""
    yield from _found(loosely(file, facts))


def _found(exposed: Iterable[Exposed]) -> Iterator[Diagnostic]:
    places: dict[Span, Exposed] = {}
    for each in in_window(exposed, Kind.SCHEDULES, Window.EXIT, Window.ENTRY):
        places[each.span] = max(places.get(each.span, each), each, key=lambda one: len(one.paths))
    for span, each in places.items():
        yield in_function(schedule_in_user_state.at(span, each), each.function, each.condition)
