"""The graph of a spec without its leaks: what a tree does in which exception_exit() is no longer missing.

A spec describes the kernel as it is, a handler that returns without exception_exit() too. A tree that calls it there
is not the spec's, and no worse for that.
"""

from __future__ import annotations

from collections.abc import Iterable

from gen.model.entry import Step
from gen.model.graph import EntryEdge, EntryGraph, EntryNode
from gen.model.vocabulary import WORDS, Effect

_EXIT = next(word.name for word in WORDS.values() if word.effect is Effect.EXCEPTION_EXIT)


def mended(graph: EntryGraph) -> EntryGraph:
    """The graph with exception_exit() on every way that leaves for a return without it, where the ways part."""
    nodes = graph.nodes
    exits = {number for number, node in enumerate(nodes) if _effect(node) is Effect.EXCEPTION_EXIT}
    opening = (number for number, node in enumerate(nodes) if _effect(node) is Effect.EXCEPTION_ENTER)
    is_open = _reached(
        {number: [edge.target for edge in node.edges] for number, node in enumerate(nodes)}, opening, exits
    )
    before: dict[int, list[int]] = {}
    for number, node in enumerate(nodes):
        for edge in node.edges:
            before.setdefault(edge.target, []).append(number)
    returns = (
        number for number, node in enumerate(nodes) if isinstance(node.item, Step) and node.item.word == "return"
    )
    closing, returning = _reached(before, exits), _reached(before, returns)
    made: list[EntryNode] = list(nodes)
    for number in sorted(is_open & closing - exits):
        edges = []
        for edge in nodes[number].edges:
            if edge.target in returning - closing:
                made.append(EntryNode(Step(_EXIT), (EntryEdge(edge.target),)))
                edge = edge.leading_to(len(made) - 1)
            edges.append(edge)
        made[number] = nodes[number].leading(tuple(edges))
    return EntryGraph(tuple(made), graph.start)


def _effect(node: EntryNode) -> Effect | None:
    return node.item.row.effect if isinstance(node.item, Step) else None


def _reached(onward: dict[int, list[int]], starts: Iterable[int], ends: Iterable[int] = ()) -> set[int]:
    waiting = list(starts)
    seen, stops = set(waiting), set(ends)
    for number in waiting:
        new = [] if number in stops else [each for each in onward.get(number, []) if each not in seen]
        seen.update(new)
        waiting += new
    return seen
