"""The flow of a spec without its leaks: what a tree does in which exception_exit() is no longer missing.

A spec describes the kernel as it is, a handler that returns without exception_exit() too. A tree that calls it there
is not the spec's, and no worse for that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gen.lint.order.flow import Flow, Node, Way
from gen.model.entry import Step
from gen.model.vocabulary import Effect


def mended(flow: Flow) -> Flow:
    """The flow with exception_exit() on every way that leaves for a return without it, where the ways part."""
    nodes = flow.nodes
    exits = {number for number, node in enumerate(nodes) if _effect(node) is Effect.EXCEPTION_EXIT}
    opening = (number for number, node in enumerate(nodes) if _effect(node) is Effect.EXCEPTION_ENTER)
    is_open = _reached({number: [way.target for way in node.ways] for number, node in enumerate(nodes)}, opening, exits)
    before: dict[int, list[int]] = {}
    for number, node in enumerate(nodes):
        for way in node.ways:
            before.setdefault(way.target, []).append(number)
    returns = (
        number for number, node in enumerate(nodes) if isinstance(node.item, Step) and node.item.word == "return"
    )
    closing, returning = _reached(before, exits), _reached(before, returns)
    made: list[Node] = list(nodes)
    for number in sorted(is_open & closing - exits):
        ways = []
        for way in nodes[number].ways:
            if way.target in returning - closing:
                made.append(Node(Step("exception_exit"), (Way(way.target),)))
                way = replace(way, target=len(made) - 1)
            ways.append(way)
        made[number] = replace(nodes[number], ways=tuple(ways))
    return Flow(tuple(made), flow.start)


def _effect(node: Node) -> Effect | None:
    return node.item.row.effect if isinstance(node.item, Step) else None


def _reached(onward: dict[int, list[int]], starts: Iterable[int], ends: Iterable[int] = ()) -> set[int]:
    waiting = list(starts)
    seen, stops = set(waiting), set(ends)
    for number in waiting:
        new = [] if number in stops else [each for each in onward.get(number, []) if each not in seen]
        seen.update(new)
        waiting += new
    return seen
