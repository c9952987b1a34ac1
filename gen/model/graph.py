"""An entry path as a graph: what is done and asked, the edges between, and where each node comes from.

A graph may be of any shape: C has loops that are left in the middle, and ways into them past their question. The block
notation of a spec is one way to write a graph down (see `blocks`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from typing import NamedTuple, Protocol

from gen.diagnostics import Span
from gen.model.conditions import Answers, answered
from gen.model.entry import Step


@dataclass(frozen=True)
class Ask:
    """Something that is asked: a condition's name, or text of C that both answers are possible to.

    One that `repeats` is asked again behind what its yes leads to.
    """

    condition: str
    span: Span = field(default=Span(""), compare=False)
    repeats: bool = False

    def __str__(self) -> str:
        return f"{'while' if self.repeats else 'if'}: {self.condition or 'anything'}"


@dataclass(frozen=True)
class Elsewhere:
    """The first node of another path, which this one leads to as well."""

    symbol: str
    span: Span = field(default=Span(""), compare=False)

    def __str__(self) -> str:
        return f"{self.symbol}()"


@dataclass(frozen=True)
class End:
    """A dead end: a BUG(), or a loop that is not left."""

    span: Span = field(default=Span(""), compare=False)

    def __str__(self) -> str:
        return "panic"


@dataclass(frozen=True)
class Exit:
    """Where a function goes on whose graph is put into others: what is there is theirs. `yes` is what it answers."""

    yes: bool
    span: Span = field(default=Span(""), compare=False)


@dataclass(frozen=True)
class Join:
    """Nothing: where ways come together while a graph is made."""

    span: Span = field(default=Span(""), compare=False)


GraphItem = Step | Ask | Elsewhere | End | Exit | Join


class Source(Enum):
    """What says that a node is there: the text of a tree, a spec, or nothing but a guess."""

    READ = "read"
    DECLARED = "declared"
    ASSUMED = "assumed"


@dataclass(frozen=True)
class Provenance:
    """Where a node comes from. Its place is the item's: file and line of the tree, or the line of the spec.

    `why` says in a phrase why an assumed node is taken for what it is.
    """

    source: Source
    why: str = ""


READ = Provenance(Source.READ)
DECLARED = Provenance(Source.DECLARED)


def assumed(why: str) -> Provenance:
    """The provenance of what no text says."""
    return Provenance(Source.ASSUMED, why)


Options = frozenset[tuple[str, bool]]
"""What #if lines and IS_ENABLED() ask, with the answers."""


class EntryEdge(NamedTuple):
    """A way on, and the answer that leads there; None where it is not known which one it is.

    Where #if lines lead there, `options` are the answers to them of which any does.
    """

    target: int
    answer: bool | None = None
    options: tuple[Options, ...] = ()

    def leading_to(self, target: int) -> EntryEdge:
        """The same way to another node."""
        return EntryEdge(target, self.answer, self.options)


class Place(Protocol):
    """Something that runs, and where it goes on: a node of a graph, or a position of one that was unrolled."""

    @property
    def item(self) -> GraphItem:
        """What runs."""
        ...

    @property
    def edges(self) -> tuple[EntryEdge, ...]:
        """Where it goes on."""
        ...


class EntryNode(NamedTuple):
    """A step, a question or an end, and what comes next; a `return`, a `panic` and an end have no edge.

    `function` is the one of C that it stands in, `via` are the shared sequences that it was called through. A `minor`
    step says no more than that something of C may be instrumented, as far as is known; a minor `panic` is an end that
    a spec may leave out.
    """

    item: GraphItem
    edges: tuple[EntryEdge, ...] = ()
    function: str = ""
    minor: bool = False
    provenance: Provenance = READ
    via: tuple[str, ...] = ()

    def leading(self, edges: tuple[EntryEdge, ...]) -> EntryNode:
        """The same node with other edges."""
        return EntryNode(self.item, edges, self.function, self.minor, self.provenance, self.via)


@dataclass(frozen=True)
class EntryGraph:
    """Nodes by number, and the one that is first."""

    nodes: tuple[EntryNode, ...]
    start: int = 0


class TooManyNodesError(Exception):
    """More nodes than a graph may have."""

    def __init__(self, most: int) -> None:
        super().__init__(f"has more than {most:,} steps and questions")


class Draft:
    """A graph that is being made, from its end to its begin or in any other order."""

    def __init__(self, most: int) -> None:
        self.nodes: list[EntryNode] = []
        self._most = most

    def add(self, node: EntryNode) -> int:
        """A new node's number; TooManyNodesError."""
        if len(self.nodes) >= self._most:
            raise TooManyNodesError(self._most)
        self.nodes.append(node)
        return len(self.nodes) - 1

    def join(self) -> int:
        """The number of a node that is said later."""
        return self.add(EntryNode(Join()))

    def fill(self, number: int, node: EntryNode) -> None:
        """Says what a node is that was made before that was known."""
        self.nodes[number] = node

    def put(self, graph: EntryGraph, no: int, yes: int) -> int:
        """Puts a graph in whose exits are nodes of this one; the number of its first node."""
        free = count(len(self.nodes))
        numbers = [
            (yes if node.item.yes else no) if isinstance(node.item, Exit) else next(free) for node in graph.nodes
        ]
        for node in graph.nodes:
            if not isinstance(node.item, Exit):
                edges = (EntryEdge(numbers[edge.target], edge.answer, edge.options) for edge in node.edges)
                self.add(node.leading(tuple(edges)))
        return numbers[graph.start]

    def graph(self, start: int, *others: int) -> tuple[EntryGraph, tuple[int, ...]]:
        """The graph without joins and what is not reached, and the new numbers of some nodes; -1 if one is gone."""
        goes_to = past_silent(self.nodes)
        first = goes_to(start)
        numbers = {first: 0}
        waiting = [first]
        made: list[EntryNode] = []
        for number in waiting:
            node = self.nodes[number]
            if is_silent(node) or (not node.edges and not isinstance(node.item, Step | Elsewhere | Exit)):
                node = EntryNode(End(), function=node.function, provenance=node.provenance)
            edges: list[EntryEdge] = []
            for edge in node.edges:
                target = goes_to(edge.target)
                if target not in numbers:
                    numbers[target] = len(waiting)
                    waiting.append(target)
                edges.append(EntryEdge(numbers[target], edge.answer, edge.options))
            made.append(node.leading(tuple(edges)))
        return EntryGraph(tuple(made)), tuple(numbers.get(goes_to(other), -1) for other in others)


def is_silent(node: EntryNode) -> bool:
    """Whether nothing runs at a node, and there is one way on."""
    return isinstance(node.item, Join) and len(node.edges) == 1


def past_silent(nodes: Mapping[int, EntryNode] | Sequence[EntryNode]) -> Callable[[int], int]:
    """Where one gets from a node by way of silent ones, as long as those stay as they are.

    A ring of them is a dead end, and stays at a node of it.
    """
    known: dict[int, int] = {}

    def goes_to(number: int) -> int:
        if number in known or not is_silent(nodes[number]):
            return known.get(number, number)
        passed: dict[int, None] = {}
        while number not in known and number not in passed and is_silent(nodes[number]):
            passed[number] = None
            number = nodes[number].edges[0].target
        number = known.get(number, number)
        known.update(dict.fromkeys(passed, number))
        return number

    return goes_to


def edges_on(place: Place, answers: Answers) -> tuple[EntryEdge, ...]:
    """Where something can go on if the built-in conditions say so."""
    item = place.item
    known = answered(item.condition, answers) if isinstance(item, Ask) else None
    if known is None:
        return place.edges
    return tuple(edge for edge in place.edges if edge.answer is None or edge.answer is known)


def reachable(places: Sequence[Place], start: int = 0, answers: Answers | None = None) -> list[int]:
    """The nodes that can be reached from one, the nearest first."""
    found = [start]
    seen = {start}
    for number in found:
        place = places[number]
        for edge in edges_on(place, answers) if answers else place.edges:
            if edge.target not in seen:
                seen.add(edge.target)
                found.append(edge.target)
    return found
