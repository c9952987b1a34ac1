"""Where two runs part: what both do up to there, and what each does next, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gen.diagnostics.printers import counted
from gen.model.compare import At
from gen.model.conditions import IDLE_TASK, IRQS_WERE_ON, USER_REGS, Answers

WIDTH = 120
"""Columns of a page."""

_COLUMN = (WIDTH - 7) // 2
_MOST_BEFORE = 6
"""Steps that both have which are shown before they part."""


def interrupted(answers: Answers) -> str:
    """Where a run comes from, in a phrase."""
    if answers.get(USER_REGS, True):
        return "from user mode"
    irqs = "on" if answers.get(IRQS_WERE_ON) else "off"
    return f"from the {'idle task' if answers.get(IDLE_TASK) else 'kernel'} with interrupts {irqs}"


def parted(
    before: Sequence[str], one: At | None, other: At | None, fork: At | None, heads: tuple[str, str] | None = None
) -> Iterator[str]:
    """The lines of two columns, with what is over them; the question that leads one side to more, if there is one."""
    if heads:
        yield _columns("  ", *heads)
    more = len(before) - _MOST_BEFORE
    if more > 0:
        yield f"      ... {counted(more, 'step')} alike"
    for step in before[-_MOST_BEFORE:]:
        yield _columns("  ", step, step)
    yield _columns("| ", *(each.text if each else "nothing" for each in (one, other)))
    yield _columns("  ", *(f"  {each.span}" if each else "" for each in (one, other)))
    if fork:
        yield f"      where `{fork.text or 'a way'}` is asked: {fork.span}"


def _columns(between: str, one: str, other: str) -> str:
    """Two cells side by side; one that is too long for its column has the other one below it."""
    if len(one) > _COLUMN:
        return f"    {one}\n{'':<{_COLUMN + 5}}{between}{other}"
    return f"    {one:<{_COLUMN}} {between}{other}".rstrip()


def at_data(at: At | None) -> dict[str, Any] | None:
    """What a side does, and where, as plain data."""
    if at is None:
        return None
    place = {"file": at.span.file, "line": at.span.line, "column": at.span.column}
    return {"text": at.text, "function": at.function, **place}
