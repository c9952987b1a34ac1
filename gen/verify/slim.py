"""The same machine with fewer nodes, for the proof: positions that add nothing to what may happen are left out."""

from __future__ import annotations

from dataclasses import replace

from gen.verify.machine import Edge, Exposure, Kind, Machine, Node, Op, Regs


def slim(machine: Machine) -> Machine:
    """A machine with the same verdict at every depth, whose runs may be shorter.

    A node that does nothing and has one way on is skipped if whatever may hit it may hit the next one as well: what
    can happen at it can happen one step later, in the same state.
    """
    return replace(machine, kinds=tuple(_slim_kind(kind) for kind in machine.kinds))


def _slim_kind(kind: Kind) -> Kind:
    target = _targets(kind.nodes)
    kept = sorted({target[0], *(target[edge.target] for node in kind.nodes for edge in node.edges)})
    if kept[0] != target[0]:  # a frame of the kind starts at node 0
        kept.remove(target[0])
        kept.insert(0, target[0])
    number = {index: position for position, index in enumerate(kept)}
    nodes = tuple(_moved(kind.nodes[index], target, number) for index in kept)
    return replace(kind, nodes=nodes)


def _moved(node: Node, target: list[int], number: dict[int, int]) -> Node:
    edges = _retargeted(node.edges, target, number)
    return Node(node.op, edges, node.user, node.kernel, node.keep, node.slot, node.unasked, node.origin)


def _retargeted(edges: tuple[Edge, ...], target: list[int], number: dict[int, int]) -> tuple[Edge, ...]:
    moved = (Edge(number[target[edge.target]], edge.regs, edge.if_open, edge.if_closed) for edge in edges)
    return tuple(dict.fromkeys(moved)) if len(edges) > 1 else tuple(moved)


def _targets(nodes: tuple[Node, ...]) -> list[int]:
    """The node that stands for each one: itself, or the one behind all that can be skipped.

    Each is followed until one is met whose answer is known. A ring of nodes that can all be skipped stays a ring: the
    last one before it closes stands for those that lead there.
    """
    found: dict[int, int] = {}
    for index in range(len(nodes)):
        way: dict[int, None] = {}
        while index not in found and index not in way:
            way[index] = None
            following = _skipped_to(nodes, index)
            if following is None or following in way:
                found[index] = index
            else:
                index = following
        found.update(dict.fromkeys(way, found[index]))
    return [found[index] for index in range(len(nodes))]


def _skipped_to(nodes: tuple[Node, ...], index: int) -> int | None:
    node = nodes[index]
    targets = {edge.target for edge in node.edges}
    if node.op is not Op.BRANCH or len(targets) != 1 or not _always(node.edges):
        return None
    (following,) = targets
    after = nodes[following]
    same = _within(node.user, after.user) and _within(node.kernel, after.kernel)
    return following if same else None


def _always(edges: tuple[Edge, ...]) -> bool:
    return any(edge.regs is Regs.ANY and not edge.if_open and not edge.if_closed for edge in edges)


def _within(inner: Exposure, outer: Exposure) -> bool:
    """Whether the outer exposure lets everything in that the inner one does, into the same context."""
    if not inner.open:
        return True
    context = inner.hardirq == outer.hardirq and inner.nopreempt == outer.nopreempt
    return context and inner.open <= outer.open
