"""An entry path unrolled: its graph with, at every position, what is masked there.

A position is a node of the graph, reached with one set of masks. Two ways that come to the same node with the same
masks are the same position, so loops close and what is unrolled stays finite.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from gen.model.blocks import graph_of
from gen.model.entry import EntryModel, EntryPath, Step
from gen.model.graph import EntryEdge, EntryGraph, EntryNode, GraphItem, TooManyNodesError
from gen.model.vocabulary import Effect

MOST_POSITIONS = 20_000
"""Where unrolling one path is given up; real ones have below a hundred positions."""


class TooLargeError(Exception):
    """A path that has more positions than can be verified in reasonable time."""

    def __init__(self, path: EntryPath, problem: str) -> None:
        super().__init__(f"`{path.name}` {problem}")
        self.path = path


@dataclass(frozen=True)
class Masks:
    """What holds at a position whatever was interrupted: the rest is up to the code below.

    `masked` are the classes that this path has closed. The counts nest: in_interrupt(), preempt_disable(),
    ct_nmi_enter() or ct_irq_enter(), instrumentation_begin().
    """

    masked: frozenset[str] = frozenset()
    hardirq: int = 0
    nopreempt: int = 0
    watching: int = 0
    instrumentation: int = 0

    def after(self, step: Step) -> Masks:
        """The masks behind a step."""
        return _after(self, step.row.effect, step.classes)


@lru_cache(maxsize=4096)
def _after(masks: Masks, effect: Effect, classes: tuple[str, ...]) -> Masks:
    match effect:
        case Effect.MASK:
            return replace(masks, masked=masks.masked | set(classes))
        case Effect.UNMASK | Effect.INHERIT:
            return replace(masks, masked=masks.masked - set(classes))
        case effect if effect in COUNTS:
            name, change = COUNTS[effect]
            return replace(masks, **{name: max(getattr(masks, name) + change, 0)})
        case _:
            return masks


COUNTS = {
    Effect.HARDIRQ_ON: ("hardirq", 1),
    Effect.HARDIRQ_OFF: ("hardirq", -1),
    Effect.SOFTIRQS: ("hardirq", -1),
    Effect.PREEMPT_OFF: ("nopreempt", 1),
    Effect.PREEMPT_ON: ("nopreempt", -1),
    Effect.RCU_IN: ("watching", 1),
    Effect.RCU_OUT: ("watching", -1),
    Effect.INSTRUMENTATION_BEGIN: ("instrumentation", 1),
    Effect.INSTRUMENTATION_END: ("instrumentation", -1),
}
"""Which count of Masks an effect changes, and by how much."""

DEEPEST = 16
"""How deep preempt_disable() and its like may nest; the kernel's own counters hold 15 NMIs."""


@dataclass(frozen=True)
class Position:
    """One position: a node, its masks, and the edges to the next positions (none at an end)."""

    node: EntryNode
    masks: Masks
    edges: tuple[EntryEdge, ...]

    @property
    def item(self) -> GraphItem:
        """What runs there."""
        return self.node.item


def unfold(model: EntryModel, path: EntryPath) -> tuple[Position, ...]:
    """The positions of a path, the first one first. Raises TooLargeError."""
    try:
        graph = graph_of(model, path, MOST_POSITIONS)
    except TooManyNodesError as error:
        raise _too_many(path) from error
    return _Unfolder(path, graph).positions()


def _too_many(path: EntryPath) -> TooLargeError:
    return TooLargeError(path, f"has more than {MOST_POSITIONS:,} positions")


class _Unfolder:
    def __init__(self, path: EntryPath, graph: EntryGraph) -> None:
        self.path = path
        self.graph = graph
        self._known: dict[tuple[int, Masks], int] = {}
        self._waiting: list[tuple[int, Masks]] = []

    def positions(self) -> tuple[Position, ...]:
        """Every position that can be reached, in the order in which it was found."""
        self._number(self.graph.start, Masks(frozenset(self.path.masked)))
        # The list grows while it is gone through.
        return tuple(self._position(self.graph.nodes[number], masks) for number, masks in self._waiting)

    def _position(self, node: EntryNode, masks: Masks) -> Position:
        after = masks.after(node.item) if isinstance(node.item, Step) and node.edges else masks
        edges = (EntryEdge(self._number(edge.target, after), edge.answer, edge.options) for edge in node.edges)
        return Position(node, masks, tuple(edges))

    def _number(self, number: int, masks: Masks) -> int:
        key = (number, masks)
        known = self._known.get(key)
        if known is not None:
            return known
        if len(self._waiting) >= MOST_POSITIONS:
            raise _too_many(self.path)
        if max(masks.hardirq, masks.nopreempt, masks.watching, masks.instrumentation) > DEEPEST:
            raise TooLargeError(self.path, f"nests the same step more than {DEEPEST} deep, as a loop would")
        self._waiting.append(key)
        return self._known.setdefault(key, len(self._waiting) - 1)
