"""A scheduling point where the state says USER."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gen.diagnostics import Diagnostic, Said, Span, rule
from gen.lint.facts import ArchFacts
from gen.lint.order.entries import EntryReading, Exposed, Kind
from gen.lint.order.telling import before, behind, in_paths, in_window, loosely, related, told
from gen.lint.source import SourceFile
from gen.model.windows import Window


@rule()
def schedule_in_user_state(found: Exposed, *, offstack: bool) -> Said:
    """a scheduling point in the USER state

    Before user_exit() and after user_enter() context tracking says USER, and RCU does not wait for this CPU. A task
    that schedules there hands the CPU to kernel code that RCU ignores; the kernel prints SCHED_WARN_ON(ct_state() ==
    CONTEXT_USER). On the way back to user mode it is easily done: `jal schedule` in a work loop that runs after
    exception_exit() or user_enter().

    Instead: schedule before user_enter(), after user_exit(), or through schedule_user() where the port has the pair.
    """
    moved = "after user_exit" if found.window is Window.ENTRY else "before user_enter"
    where = before(found.turn) if found.window is Window.ENTRY else behind(found.turn)
    return Said(
        f"{found.what}() may schedule in the USER state{f', {where}' if found.turn else ''}{in_paths(found.paths)}",
        f"call it {moved}{', or schedule_user() in its place' if found.what == 'schedule' and not offstack else ''}",
        related(found.turn, found),
    )


def on_entries(reading: EntryReading) -> Iterator[Diagnostic]:
    """One finding a place, whichever window it is in."""
    yield from _found(reading.exposed, offstack=reading.model.offstack)


def on_file(file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """The same for C that no spec describes, as far as it goes."""
    yield from _found(loosely(file, facts), offstack=facts is not None and facts.declaration is not None)


def _found(exposed: Iterable[Exposed], *, offstack: bool) -> Iterator[Diagnostic]:
    places: dict[Span, Exposed] = {}
    for each in in_window(exposed, Kind.SCHEDULES, Window.EXIT, Window.ENTRY):
        places[each.span] = max(places.get(each.span, each), each, key=lambda one: len(one.paths))
    for span, each in places.items():
        yield told(schedule_in_user_state.at(span, each, offstack=offstack), each)
