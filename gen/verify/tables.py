"""A machine as tables, which is what the engines walk.

Nodes of all kinds share one numbering, sets of kinds are bit masks, and what depends on pt_regs is resolved
into one table for frames with user pt_regs and one for the others.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import lru_cache

from gen.verify import steps
from gen.verify.machine import Edge, Machine, Node, Op, Regs

_CHANGES = {
    Op.USER_EXIT: steps.strict_user_exit,
    Op.USER_EXIT_REENTRANT: steps.user_exit,
    Op.USER_EXIT_IF_USER_REGS: steps.strict_user_exit,
    Op.USER_EXIT_IF_PREV: steps.user_exit,
    Op.USER_ENTER: steps.strict_user_enter,
    Op.USER_ENTER_IF_USER_REGS: steps.strict_user_enter,
    Op.EXCEPTION_ENTER: steps.user_exit,
    Op.EXCEPTION_EXIT: steps.user_enter,
}
_IF_USER_REGS = (Op.USER_EXIT_IF_USER_REGS, Op.USER_ENTER_IF_USER_REGS)
_SAVING = (Op.EXCEPTION_ENTER, Op.EXCEPTION_ENTER_PEEK)
_IF_SAVED = (Op.USER_EXIT_IF_PREV, Op.EXCEPTION_EXIT)


@dataclass(frozen=True, slots=True)
class Following:
    """A way on: a node, and the interrupts that the interrupted code must have been open or closed to."""

    node: int
    if_open: int
    if_closed: int


@dataclass(frozen=True, slots=True)
class Place:
    """A node as frames with one kind of pt_regs see it.

    `change` is the change of state that its step makes, if it makes any. `saves` is the bit that the step
    writes first, and `if_saved` the bit without which it leaves the change out; 0 if none. `nodes` are the
    ways on that are always there, `conditional` the others. `interrupts` and `faults` may hit.
    """

    op: Op
    change: steps.Change | None
    saves: int
    if_saved: int
    woke: int
    nodes: tuple[int, ...]
    conditional: tuple[Following, ...]
    interrupts: int
    faults: int
    hardirq: bool
    nopreempt: bool
    is_fault: bool
    unasked: bool


@dataclass(frozen=True, slots=True)
class Tables:
    """A machine's nodes by number and its kinds by number, both in the machine's order.

    `places` has the places of frames with kernel pt_regs, then those of frames with user pt_regs.
    `interrupts` is the mask of the kinds that are no faults.
    """

    machine: Machine
    places: tuple[tuple[Place, ...], tuple[Place, ...]]
    nodes: tuple[Node, ...]
    kind_of_node: tuple[int, ...]
    first_node: tuple[int, ...]
    from_user: tuple[int, ...]
    interrupts: int


@lru_cache(maxsize=4096)
def kinds_of(mask: int) -> tuple[int, ...]:
    """The kinds of a mask, lowest first."""
    return tuple(index for index in range(mask.bit_length()) if mask >> index & 1)


_recent: deque[Tables] = deque(maxlen=8)
"""Tables made last: one judgement asks for those of the same few machines again and again, and hashing one is slow."""


def tables(machine: Machine) -> Tables:
    """The tables of `machine`."""
    for made in _recent:
        if made.machine is machine:
            return made
    _recent.appendleft(_tables(machine))
    return _recent[0]


def _tables(machine: Machine) -> Tables:
    kinds = machine.kinds
    nodes = tuple(node for kind in kinds for node in kind.nodes)
    kind_of_node = tuple(index for index, kind in enumerate(kinds) for _ in kind.nodes)
    first_node = tuple(kind_of_node.index(index) for index in range(len(kinds)))
    bits = {kind.name: 1 << index for index, kind in enumerate(kinds)}
    faults = sum(bits[kind.name] for kind in kinds if kind.fault)
    making = _Places(bits, faults)
    placed = [
        making.both(node, first_node[kind], is_fault=kinds[kind].fault)
        for node, kind in zip(nodes, kind_of_node, strict=True)
    ]
    return Tables(
        machine,
        (tuple(kernel for kernel, _ in placed), tuple(user for _, user in placed)),
        nodes,
        kind_of_node,
        first_node,
        tuple(index for index, kind in enumerate(kinds) if kind.from_user),
        sum(bits.values()) & ~faults,
    )


class _Places:
    """Makes the places of nodes; most are the same under either pt_regs, and most exposures are few."""

    def __init__(self, bits: dict[str, int], faults: int) -> None:
        self.bits = bits
        self.faults = faults
        self._opened: dict[frozenset[str], int] = {}

    def both(self, node: Node, first: int, *, is_fault: bool) -> tuple[Place, Place]:
        """A node as frames with kernel pt_regs see it, and as those with user pt_regs do."""
        kernel = self._place(node, Regs.KERNEL, first, is_fault=is_fault)
        asks = node.op in _IF_USER_REGS or any(edge.regs is not Regs.ANY for edge in node.edges)
        if asks or node.user != node.kernel:
            return kernel, self._place(node, Regs.USER, first, is_fault=is_fault)
        return kernel, kernel

    def _place(self, node: Node, regs: Regs, first: int, *, is_fault: bool) -> Place:
        exposure = node.user if regs is Regs.USER else node.kernel
        opened = self._mask(exposure.open)
        saved = steps.saved_bit(node.keep, node.slot)
        edges = [edge for edge in node.edges if edge.regs in (Regs.ANY, regs)]
        return Place(
            node.op,
            steps.unchanged if node.op in _IF_USER_REGS and regs is Regs.KERNEL else _CHANGES.get(node.op),
            saved if node.op in _SAVING else 0,
            saved if node.op in _IF_SAVED else 0,
            steps.woke_bit(node.slot),
            tuple(first + edge.target for edge in edges if not _conditional(edge)),
            tuple(
                Following(first + edge.target, self.bits.get(edge.if_open, 0), self.bits.get(edge.if_closed, 0))
                for edge in edges
                if _conditional(edge)
            ),
            opened & ~self.faults,
            opened & self.faults,
            exposure.hardirq,
            exposure.nopreempt,
            is_fault,
            node.unasked,
        )

    def _mask(self, names: frozenset[str]) -> int:
        """The kinds of some names as a mask."""
        if names not in self._opened:
            self._opened[names] = sum(self.bits[name] for name in names)
        return self._opened[names]


def _conditional(edge: Edge) -> bool:
    return bool(edge.if_open or edge.if_closed)
