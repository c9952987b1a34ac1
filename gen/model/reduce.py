"""Graphs made smaller: without the runs that cannot be, and without what does not matter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from gen.model.conditions import Answers, is_kept
from gen.model.entry import Step
from gen.model.graph import (
    Ask,
    Elsewhere,
    End,
    EntryEdge,
    EntryGraph,
    EntryNode,
    Join,
    Source,
    edges_on,
    is_silent,
    past_silent,
    reachable,
)


def through(graph: EntryGraph, *gates: int) -> EntryGraph:
    """The graph with those runs only that pass one of some nodes."""
    behind = set[int]().union(*(reachable(graph.nodes, gate) for gate in gates))
    before = leading_to(dict(enumerate(graph.nodes)), gates)
    nodes = [
        node.leading(tuple(edge for edge in node.edges if edge.target in before))
        if number in before and number not in behind
        else node
        for number, node in enumerate(graph.nodes)
    ]
    return EntryGraph(tuple(nodes), graph.start)


def leading_to(nodes: Mapping[int, EntryNode], ends: Sequence[int]) -> set[int]:
    """The nodes from which one of some others can be reached, with those."""
    before: dict[int, list[int]] = {}
    for number, node in nodes.items():
        for edge in node.edges:
            before.setdefault(edge.target, []).append(number)
    found, waiting = set(ends), list(ends)
    for number in waiting:
        new = [each for each in before.get(number, ()) if each not in found]
        found.update(new)
        waiting += new
    return found


def without_dead_ends(graph: EntryGraph) -> EntryGraph:
    """The graph without what only leads to dead ends; one that has no other end has a `panic` for each."""
    nodes = dict(enumerate(graph.nodes))
    ends = [number for number, node in nodes.items() if isinstance(node.item, Step) and not node.edges]
    alive = leading_to(nodes, ends)
    if graph.start not in alive:
        panics = (EntryNode(Step("panic")) if isinstance(node.item, End) else node for node in graph.nodes)
        return EntryGraph(tuple(panics), graph.start)
    left = (node if number in alive else EntryNode(End()) for number, node in nodes.items())
    return EntryGraph(tuple(left), graph.start)


def pruned(graph: EntryGraph, runs: Sequence[Answers]) -> EntryGraph:
    """The graph without the edges that no run takes for which the built-in conditions say what one of `runs` says."""
    taken: dict[int, set[int]] = {graph.start: set()}
    for answers in runs:
        for number in reachable(graph.nodes, graph.start, answers):
            taken.setdefault(number, set()).update(edge.target for edge in edges_on(graph.nodes[number], answers))
    numbers = {number: index for index, number in enumerate(taken)}
    nodes: list[EntryNode] = []
    for number, targets in taken.items():
        node = graph.nodes[number]
        edges = (edge.leading_to(numbers[edge.target]) for edge in node.edges if edge.target in targets)
        nodes.append(node.leading(tuple(edges)))
    return EntryGraph(tuple(nodes), numbers[graph.start])


def slimmed(graph: EntryGraph, keeps: Callable[[int, EntryNode], bool]) -> EntryGraph:
    """The graph without what does not matter: steps that are not kept, and questions that decide nothing.

    A question decides nothing if whatever runs next is the same on each of its ways; loops are taken to end. A way to
    where nothing runs any more, a BUG() or an endless loop, is none that a path takes.
    """
    order = reachable(graph.nodes, graph.start)
    nodes = {number: graph.nodes[number] for number in order}
    for number, node in nodes.items():
        if isinstance(node.item, Step) and not keeps(number, node):
            nodes[number] = EntryNode(Join(), node.edges)
    alive = leading_to(nodes, [number for number, node in nodes.items() if isinstance(node.item, Step | Elsewhere)])
    for number, node in nodes.items():
        edges = tuple(edge for edge in node.edges if edge.target in alive) or node.edges
        if len(edges) == 1 and isinstance(node.item, Ask):
            nodes[number] = EntryNode(Join(), edges)
        elif not edges and not isinstance(node.item, Step | Elsewhere):
            nodes[number] = EntryNode(End())
        elif len(edges) < len(node.edges):
            nodes[number] = node.leading(edges)
    # Bypassing a question may leave another one, further up, with nothing to decide.
    while _bypassed(nodes, order):
        pass
    goes_to = past_silent(nodes)
    kept = [number for number in order if not is_silent(nodes[number])]
    numbers = {number: index for index, number in enumerate(kept)}

    def renumbered(number: int) -> int:
        return numbers.get(goes_to(number), len(kept))

    slim = [_renumbered(nodes[number], renumbered) for number in kept]
    # A ring of silent nodes is a dead end, which is the last node.
    return EntryGraph((*slim, EntryNode(End())), renumbered(graph.start))


def _bypassed(nodes: dict[int, EntryNode], order: Sequence[int]) -> bool:
    """Makes questions that decide nothing silent; whether there was one."""
    goes_to = past_silent(nodes)
    leads = {number: tuple({goes_to(edge.target): None for edge in nodes[number].edges}) for number in order}
    guesses = {number: leads[number] for number in order if _is_guess(nodes[number])}
    after = _next_kept(guesses)
    instead: dict[int, int] = {}
    for number in reversed(order):
        ways = [after[target] if target in guesses else frozenset({target}) for target in leads[number]]
        if len(nodes[number].edges) < 2 or any(len(each) > _MANY for each in ways):
            continue
        targets = {_standing(instead, each) for each in frozenset[int]().union(*ways)} - {number}
        if len(targets) == 1:
            instead[number] = targets.pop()
    nodes.update({number: EntryNode(Join(), (EntryEdge(target),)) for number, target in instead.items()})
    return bool(instead)


def _standing(instead: dict[int, int], number: int) -> int:
    """What a node is bypassed to; the way there is shortened."""
    passed = []
    while number in instead:
        passed.append(number)
        number = instead[number]
    instead.update(dict.fromkeys(passed, number))
    return number


_MANY = 8
"""Nodes that may be next of which all are known: of more, it is only known that they are many."""


def _next_kept(guesses: Mapping[int, tuple[int, ...]]) -> dict[int, frozenset[int]]:
    """The first nodes that matter on every way from a question, by way of questions that are anybody's guess.

    `guesses` are those, with where each leads. Sets only grow, and no further than to one more than _MANY.

    Reference: Kildall 1973, A Unified Approach to Global Program Optimization (a work list over a lattice of finite
    height).
    """
    before: dict[int, list[int]] = {number: [] for number in guesses}
    for number, targets in guesses.items():
        for target in targets:
            if target in guesses:
                before[target].append(number)
    after = {
        number: frozenset(target for target in leads if target not in guesses) for number, leads in guesses.items()
    }
    waiting = list(guesses)
    while waiting:
        found = after[number := waiting.pop()]
        for earlier in before[number]:
            if len(after[earlier]) <= _MANY and not found <= after[earlier]:
                after[earlier] = frozenset(sorted(after[earlier] | found)[: _MANY + 1])
                waiting.append(earlier)
    return after


def _is_guess(node: EntryNode) -> bool:
    """Whether a node is a question whose answer nothing else depends on."""
    if isinstance(node.item, Step | Elsewhere) or not node.edges:
        return False
    return not isinstance(node.item, Ask) or not is_kept(node.item.condition)


def _renumbered(node: EntryNode, number: Callable[[int], int]) -> EntryNode:
    edges = dict.fromkeys(EntryEdge(number(edge.target), edge.answer) for edge in node.edges)
    return node.leading(tuple(edges))


def certain(graph: EntryGraph, *, but: Callable[[EntryNode], bool] = lambda _: False) -> EntryGraph:
    """The graph with a dead end in the place of each assumed node: what is left runs by nodes that something shows.

    Those that `but` is true of stay.
    """
    nodes = (
        EntryNode(End(node.item.span), (), node.function, provenance=node.provenance)
        if node.provenance.source is Source.ASSUMED and not but(node)
        else node
        for node in graph.nodes
    )
    return replace(graph, nodes=tuple(nodes))


def merged(graph: EntryGraph, key: Callable[[EntryNode], Hashable]) -> EntryGraph:
    """The graph with one node for all that run alike: those with the same key whose ways lead to nodes that run alike.

    `key` says what a node is by itself. Answers count for the built-in conditions alone, whose they are.

    Reference: partition refinement (Moore 1956, Gedanken-experiments on sequential machines; Hopcroft 1971, An n log n
    Algorithm for Minimizing States in a Finite Automaton), to the coarsest one.
    """
    folded, _ = _folded(graph, lambda _, node: key(node), _guessed)
    return folded


def shared(graph: EntryGraph, apart: int = -1) -> tuple[EntryGraph, int]:
    """The graph with one node for all that are the same and lead to the same, as of a function that is called twice.

    The node `apart` is like no other; its new number is the second result, -1 if it is not reached.
    """
    return _folded(
        graph,
        lambda number, node: (node.item, node.item.span, node.function, node.minor, node.provenance, number == apart),
        lambda node: ((edge.target, (edge.answer, edge.options)) for edge in node.edges),
        apart,
    )


_Way = tuple[int, Hashable]
"""A node that another one leads to, and by which answer."""


def _folded(
    graph: EntryGraph,
    key: Callable[[int, EntryNode], Hashable],
    ways: Callable[[EntryNode], Iterable[_Way]],
    asked: int = -1,
) -> tuple[EntryGraph, int]:
    order = reachable(graph.nodes, graph.start)
    keys = {number: key(number, graph.nodes[number]) for number in order}
    blocks = _refined(_numbered(keys), {number: tuple(ways(graph.nodes[number])) for number in order})
    first = {block: number for number, block in reversed(list(blocks.items()))}
    places = {
        number: place for place, number in enumerate(number for number in order if first[blocks[number]] == number)
    }

    def moved(edge: EntryEdge) -> EntryEdge:
        return edge.leading_to(places[first[blocks[edge.target]]])

    kept = tuple(
        graph.nodes[number].leading(tuple(dict.fromkeys(map(moved, graph.nodes[number].edges)))) for number in places
    )
    number = places[first[blocks[asked]]] if asked in blocks else -1
    return EntryGraph(kept, places[first[blocks[graph.start]]]), number


def _refined(blocks: dict[int, int], ways: Mapping[int, tuple[_Way, ...]]) -> dict[int, int]:
    """The coarsest numbers that split some numbers of nodes, and of which equal ones lead to equal ones.

    A node that is split off has those before it looked at again. What is left of a block keeps its number: its ways are
    what they were, and none of them leads to a new one.
    """
    before: dict[int, list[int]] = {number: [] for number in ways}
    members: dict[int, int] = Counter(blocks.values())
    for number, each in ways.items():
        for target, _ in each:
            before[target].append(number)
    affected: Collection[int] = ways
    while affected:
        parts: dict[int, dict[frozenset[_Way], list[int]]] = {}
        for number in affected:
            leads = frozenset((blocks[target], answer) for target, answer in ways[number])
            parts.setdefault(blocks[number], {}).setdefault(leads, []).append(number)
        new: list[int] = []
        for block, groups in parts.items():
            split = list(groups.values())
            if sum(map(len, split)) == members[block]:
                split.remove(max(split, key=len))
            for group in split:
                members[block] -= len(group)
                fresh = len(members)
                members[fresh] = len(group)
                blocks.update(dict.fromkeys(group, fresh))
                new += group
        affected = dict.fromkeys(each for number in new for each in before[number])
    return blocks


def _guessed(node: EntryNode) -> Iterator[_Way]:
    """The ways on, with the answers of the built-in conditions alone."""
    answers = isinstance(node.item, Ask) and is_kept(node.item.condition)
    return ((edge.target, edge.answer if answers else None) for edge in node.edges)


def _numbered(keys: Mapping[int, Hashable]) -> dict[int, int]:
    numbers: dict[Hashable, int] = {}
    return {number: numbers.setdefault(key, len(numbers)) for number, key in keys.items()}
