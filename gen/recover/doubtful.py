"""Nodes of which it is not known what they do: where they matter, and what stands for them where they do not."""

from __future__ import annotations

from dataclasses import replace

from gen.model.entry import Handler, Step
from gen.model.graph import EntryGraph, EntryNode, Source, assumed, reachable
from gen.model.vocabulary import Effect


def given_up(graph: EntryGraph) -> str:
    """Why something of a path could not be followed; empty if all was."""
    node = not_followed(graph)
    return node.provenance.why if node else ""


def not_followed(graph: EntryGraph, in_files: tuple[str, ...] = ("",)) -> EntryNode | None:
    """The first node in the place of what could not be followed in files whose names end so, of all if nobody says."""
    nodes = (node for node in graph.nodes if node.provenance.source is Source.ASSUMED and not node.minor)
    return next((node for node in nodes if node.item.span.file.endswith(in_files)), None)


def anything(name: str) -> Handler:
    """A function of which it is not known what it does: it may fault, so that whatever is synchronous may enter there.

    That it uses RCU or sleeps is not assumed, or an error would rest on that.
    """
    return Handler(name, faults=True, traceable=True)


def repeated(graph: EntryGraph) -> set[int]:
    """The functions that may do anything, and behind another such function on every way: once is as good as twice."""
    order = reachable(graph.nodes, graph.start)
    before: dict[int, list[int]] = {number: [] for number in order}
    for number in order:
        for edge in graph.nodes[number].edges:
            before[edge.target].append(number)
    # The greatest solution: what is behind one is taken for that until a way by none is found.
    behind = dict.fromkeys(order, True)
    behind[graph.start] = False
    changed = True
    while changed:
        changed = False
        for number in order:
            if behind[number] and not all(_leaves_anything(graph.nodes[each], behind[each]) for each in before[number]):
                behind[number], changed = False, True
    return {number for number in order if behind[number] and is_anything(graph.nodes[number])}


def _leaves_anything(node: EntryNode, behind: bool) -> bool:
    """Whether what comes behind a node can be hit by what could hit such a function, and by nothing else."""
    item = node.item
    return is_anything(node) or (behind and (not isinstance(item, Step) or item.row.effect in _CHANGES_NOTHING))


def is_anything(node: EntryNode) -> bool:
    """Whether a node is such a function."""
    step = node.item
    return isinstance(step, Step) and step.handler is not None and step.handler == anything(step.handler.name)


def not_watching(graph: EntryGraph) -> set[int]:
    """What runs where a path does not make RCU watch, at its begin or end: nothing does if it interrupts a window."""
    begins = [graph.start]
    for number in reachable(graph.nodes, graph.start):
        if _effect(graph.nodes[number]) is Effect.RCU_OUT:
            begins += (edge.target for edge in graph.nodes[number].edges)
    found = set[int]()
    waiting = begins
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            if _effect(graph.nodes[number]) not in _WATCHING:
                waiting += (edge.target for edge in graph.nodes[number].edges)
    return found


def _effect(node: EntryNode) -> Effect | None:
    return node.item.row.effect if isinstance(node.item, Step) else None


def taken_back(graph: EntryGraph) -> EntryGraph:
    """The graph without steps that count preempt_count up in a loop that never counts it down.

    Something that was not looked into takes it back there. Such a step is assumed, and no run goes past it.
    """
    while nesting := _nesting(graph):
        nodes = (_assumed(node) if number in nesting else node for number, node in enumerate(graph.nodes))
        graph = replace(graph, nodes=tuple(nodes))
    return graph


def _assumed(node: EntryNode) -> EntryNode:
    word = str(node.item)
    step = Step("code", handler=Handler(word), span=node.item.span)
    return EntryNode(step, node.edges, node.function, provenance=assumed(f"what takes {word}() back is not known"))


def _nesting(graph: EntryGraph) -> set[int]:
    """The steps that raise the count above the number of steps that raise it: only a loop comes to that."""
    most = sum(_counts(node) > 0 for node in graph.nodes)
    seen = {(graph.start, 0)}
    waiting = list(seen)
    found = set[int]()
    for number, count in waiting if most else ():
        node = graph.nodes[number]
        count = max(count + _counts(node), 0)
        if count > most:
            found.add(number)
            continue
        new = dict.fromkeys((edge.target, count) for edge in node.edges if (edge.target, count) not in seen)
        seen.update(new)
        waiting += new
    return found


def _counts(node: EntryNode) -> int:
    effect = node.item.row.effect if isinstance(node.item, Step) else None
    return {Effect.PREEMPT_OFF: 1, Effect.PREEMPT_ON: -1}.get(effect, 0) if effect else 0


_CHANGES_NOTHING = frozenset({
    Effect.INSTRUMENTATION_BEGIN, Effect.INSTRUMENTATION_END, Effect.BOOKKEEPING, Effect.CODE,
})  # fmt: skip
_WATCHING = frozenset({Effect.RCU_IN, Effect.USER_EXIT, Effect.USER_EXIT_REENTRANT, Effect.EXCEPTION_ENTER})
