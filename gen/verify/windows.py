"""The critical windows of an entry path: what runs between the entry and user_exit, and after user_enter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from gen.model.entry import Branch, EntryModel, EntryPath, Loop, Step, Whence
from gen.model.vocabulary import TO_KERNEL, Effect
from gen.verify.unfold import Position, Way


class Window(Enum):
    """One of the two windows; the value says when that is, for a message."""

    ENTRY = "between the entry and user_exit"
    EXIT = "between user_enter and the return"


@dataclass(frozen=True)
class WindowPosition:
    """A position of a path that runs in kernel code while the state says USER, and RCU does not watch."""

    path: EntryPath
    position: Position
    window: Window


@dataclass(frozen=True)
class _State:
    """USER or KERNEL, and whether it was ever KERNEL since the entry."""

    user: bool
    exited: bool


def window_positions(model: EntryModel, path: EntryPath, positions: tuple[Position, ...]) -> Iterator[WindowPosition]:
    """Every position in a window of `path`, entered from user mode and left undisturbed; none if it is not."""
    if path.whence is Whence.KERNEL:
        return
    forked = path.whence is Whence.FORK
    waiting = [(0, _State(user=not forked, exited=forked))]
    seen = set(waiting)
    for number, state in waiting:
        position = positions[number]
        if state.user and not position.masks.watching:
            yield WindowPosition(path, position, Window.EXIT if state.exited else Window.ENTRY)
        after = _after(model, position, state)
        for way in position.ways:
            if _can_be(position, way) and (way.target, after) not in seen:
                seen.add((way.target, after))
                waiting.append((way.target, after))


def _after(model: EntryModel, position: Position, state: _State) -> _State:
    if not isinstance(position.item, Step):
        return state
    match position.item.row.effect:
        case effect if effect in TO_KERNEL:
            return _State(user=False, exited=True)
        case Effect.EXCEPTION_ENTER if not model.offstack:
            return _State(user=False, exited=True)
        case Effect.USER_ENTER:
            return _State(user=True, exited=state.exited)
        case Effect.EXCEPTION_EXIT if not model.offstack:
            return _State(user=True, exited=state.exited)
        case _:
            return state


def _can_be(position: Position, way: Way) -> bool:
    """Whether a path that came from user mode can take this way."""
    if not isinstance(position.item, Branch | Loop):
        return True
    answers = {"user_regs": True, "kernel_regs": False, "irqs_were_on": True, "idle_task": False}
    known = answers.get(position.item.condition)
    return known is None or way.answer is known
