"""A machine that fewer kinds of entry can hit and that breaks at the same depth, for which a run is found sooner.

The kinds are taken out by halves, as in delta debugging (Zeller and Hildebrandt, Simplifying and Isolating
Failure-Inducing Input, 2002); the proof decides about each attempt.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from gen.verify.machine import Exposure, Kind, Machine, Node, Op


def narrowed(machine: Machine, breaks: Callable[[Machine], bool]) -> Machine:
    """The machine with as few kinds that hit anything as it takes so that it `breaks`; the whole one must break."""
    names = [kind.name for kind in machine.kinds]
    kept = list(names)
    size = len(kept) // 2
    while size:
        for begin in range(0, len(kept), size):
            fewer = [name for name in kept if name not in kept[begin : begin + size]]
            if fewer and breaks(only(machine, fewer)):
                kept = fewer
                break
        else:
            size = size // 2 if size > 1 or len(kept) == 1 else 0
        size = min(size, len(kept) // 2)
    return only(machine, kept)


def only(machine: Machine, names: Collection[str]) -> Machine:
    """A machine of which only some kinds, and those that their edges ask about, hit anything; all keep their number.

    Nothing is left of the others but a return that nobody comes to.
    """
    kinds = {kind.name: kind for kind in machine.kinds}
    kept = dict.fromkeys(names)
    for name in (waiting := list(names)):
        asked = {each for node in kinds[name].nodes for edge in node.edges for each in (edge.if_open, edge.if_closed)}
        new = sorted(asked - {""} - kept.keys())
        kept |= dict.fromkeys(new)
        waiting += new
    return replace(machine, kinds=tuple(_open_to(kind, frozenset(kept)) for kind in machine.kinds))


def _open_to(kind: Kind, names: frozenset[str]) -> Kind:
    if kind.name not in names:
        return Kind(kind.name, (Node(Op.RETURN),), from_user=False, fault=kind.fault)

    def node(each: Node) -> Node:
        return replace(each, user=_exposed(each.user, names), kernel=_exposed(each.kernel, names))

    return replace(kind, nodes=tuple(map(node, kind.nodes)))


def _exposed(exposure: Exposure, names: frozenset[str]) -> Exposure:
    return replace(exposure, open=exposure.open & names)
