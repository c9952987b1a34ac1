"""A scheduling point where the state says USER."""

from __future__ import annotations

from collections.abc import Iterator

from gen.diagnostics import Diagnostic, Said, rule
from gen.lint.order.entries import EntryReading, Exposed, Kind
from gen.lint.order.telling import before, behind, in_function, in_paths, in_window, related
from gen.verify.windows import Window


@rule()
def schedule_in_user_state(found: Exposed) -> Said:
    """a scheduling point in the USER state

    Before user_exit() and after user_enter() context tracking says USER, and RCU does not wait for this CPU. A task
    that schedules there hands the CPU to kernel code that RCU ignores; the kernel prints SCHED_WARN_ON(ct_state() ==
    CONTEXT_USER). On the way back to user mode it is easily done: `jal schedule` in a work loop that runs after
    exception_exit() or user_enter().

    Instead: schedule before user_enter(), behind user_exit(), or through schedule_user() where the port has the pair.
    """
    where = before(found.turn) if found.window is Window.ENTRY else behind(found.turn)
    return Said(
        f"{found.what}() may schedule in the USER state, {where}, {in_paths(found.paths)}",
        "call schedule() in the KERNEL state, or schedule_user()",
        related(found.turn, found),
    )


def on_entries(reading: EntryReading) -> Iterator[Diagnostic]:
    """One finding a place, whichever window it is in."""
    places = dict.fromkeys(each.span for each in in_window(reading, Kind.SCHEDULES, Window.EXIT, Window.ENTRY))
    for span in places:
        both = [each for each in in_window(reading, Kind.SCHEDULES, Window.EXIT, Window.ENTRY) if each.span == span]
        most = max(both, key=lambda each: len(each.paths))
        yield in_function(schedule_in_user_state.at(span, most), most.function)
