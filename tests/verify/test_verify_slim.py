"""The slimmed machine: what says nothing is left out, and a ring of nothing stays a ring."""

from __future__ import annotations

from gen.verify.machine import Edge, Kind, Machine, Node, Op
from gen.verify.slim import slim


def nodes(*targets: int | None) -> tuple[Node, ...]:
    """Positions that do nothing and go on to one each; the last sort returns."""
    return tuple(Node(Op.RETURN) if to is None else Node(Op.BRANCH, (Edge(to),)) for to in targets)


def slimmed(*targets: int | None) -> tuple[Node, ...]:
    (kind,) = slim(Machine((Kind("syscall", nodes(*targets)),))).kinds
    return kind.nodes


def test_a_chain_of_nothing_is_left_out() -> None:
    assert slimmed(1, 2, 3, None) == nodes(None)


def test_a_chain_is_followed_in_whatever_order_it_stands() -> None:
    assert slimmed(3, None, 1, 2) == nodes(None)


def test_a_ring_of_nothing_has_no_end() -> None:
    assert slimmed(1, 2, 3, 1, None) == nodes(0)
    assert slimmed(0) == nodes(0)


def test_a_long_chain_is_walked_once() -> None:
    """Each position looked at again for each one before it would be 200 million looks."""
    assert slimmed(*range(1, 20_000), None) == nodes(None)
