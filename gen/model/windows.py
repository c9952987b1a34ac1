"""The critical windows of an entry path: what runs between the entry and user_exit, and after user_enter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from gen.model.conditions import FROM_USER, Answers
from gen.model.entry import Step, Whence
from gen.model.graph import EntryEdge, EntryGraph, EntryNode, Place, edges_on, reachable
from gen.model.vocabulary import TO_KERNEL, TO_USER, Effect

ENDING = TO_KERNEL | {Effect.EXCEPTION_ENTER}
"""What ends the entry window. The exception pair does nothing where offstack is selected."""

BEGINNING = TO_USER | {Effect.EXCEPTION_EXIT}
"""What begins the exit window."""

MOST_NESTED = 16
"""How deep ct_nmi_enter() and its like are followed; the kernel's own counters hold 15 NMIs."""


class Window(Enum):
    """One of the two windows; the value says when that is, for a message."""

    ENTRY = "between the entry and user_exit"
    EXIT = "between user_enter and the return"


@dataclass(frozen=True)
class _State:
    """USER or KERNEL, whether it was ever KERNEL since the entry, and how often RCU was made to watch."""

    user: bool
    exited: bool
    watching: int = 0

    @property
    def is_window(self) -> bool:
        """Whether it is that of a window."""
        return self.user and not self.watching


def in_windows(places: Sequence[Place], start: int, whence: Whence, offstack: bool) -> Iterator[tuple[int, Window]]:
    """What can run in the USER state, and RCU not watching, on a path that was entered from user mode, undisturbed.

    In the order in which it is reached, once for each state that it can be reached in; nothing if the path does not
    interrupt user mode.
    """
    first = _first(whence)
    waiting = [(start, first)] if first else []
    seen = set(waiting)
    for number, state in waiting:
        place = places[number]
        if state.is_window:
            yield number, Window.EXIT if state.exited else Window.ENTRY
        after = _behind(place, state, offstack)
        for edge in edges_on(place, FROM_USER):
            if (following := (edge.target, after)) not in seen:
                seen.add(following)
                waiting.append(following)


def told_apart(graph: EntryGraph, whence: Whence, offstack: bool) -> tuple[EntryGraph, set[int]]:
    """The graph with one node for each state that it can be reached in, and which of these can run in a window."""
    begin = (graph.start, _first(whence))
    numbers = {begin: 0}
    nodes: list[EntryNode] = []
    inside: set[int] = set()
    for number, state in (waiting := [begin]):
        node = graph.nodes[number]
        if state and state.is_window:
            inside.add(len(nodes))
        after = _behind(node, state, offstack) if state else None
        taken = edges_on(node, FROM_USER) if state else ()
        edges: list[EntryEdge] = []
        for edge in node.edges:
            following = (edge.target, after if edge in taken else None)
            if following not in numbers:
                numbers[following] = len(numbers)
                waiting.append(following)
            edges.append(edge.leading_to(numbers[following]))
        nodes.append(node.leading(tuple(edges)))
    return EntryGraph(tuple(nodes)), inside


def _first(whence: Whence) -> _State | None:
    """The state at the entry; None if the path does not interrupt user mode."""
    forked = whence is Whence.FORK
    return None if whence is Whence.KERNEL else _State(user=not forked, exited=forked)


def _behind(place: Place, state: _State, offstack: bool) -> _State:
    return _after(place.item.row.effect, state, offstack) if isinstance(place.item, Step) else state


def _after(effect: Effect, state: _State, offstack: bool) -> _State:
    match effect:
        case Effect.EXCEPTION_ENTER | Effect.EXCEPTION_EXIT if offstack:
            return state
        case effect if effect in ENDING:
            return replace(state, user=False, exited=True)
        case Effect.USER_ENTER | Effect.EXCEPTION_EXIT:
            return replace(state, user=True)
        case Effect.RCU_IN:
            return replace(state, watching=min(state.watching + 1, MOST_NESTED))
        case Effect.RCU_OUT:
            return replace(state, watching=max(state.watching - 1, 0))
        case _:
            return state


def moves_state(graph: EntryGraph, answers: Answers) -> bool:
    """Whether a path moves the state, where that is answered."""
    steps = (graph.nodes[number].item for number in reachable(graph.nodes, graph.start, answers))
    moving = ENDING | TO_USER
    return any(isinstance(item, Step) and item.row.effect in moving for item in steps)
