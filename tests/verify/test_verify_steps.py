"""Single steps, also in states that only another mistake leads to."""

from __future__ import annotations

import pytest

from gen.verify import steps
from gen.verify.machine import Edge, Exposure, Kind, Machine, Node, Op, Options
from gen.verify.properties import Property
from gen.verify.semantics import entries, nothing_below, step
from gen.verify.steps import GUARD, HOLDS_GUARD, REFUSED, USER, WATCHING
from gen.verify.tables import tables

KERNEL = WATCHING
WOKE = steps.woke_bit(0)


@pytest.mark.parametrize(
    ("change", "before", "after", "broken"),
    [
        (steps.user_exit, USER, KERNEL, ""),
        (steps.user_exit, KERNEL, KERNEL, ""),
        (steps.user_exit, USER | WATCHING, 0, "I5"),
        (steps.user_enter, KERNEL, USER, ""),
        (steps.user_enter, USER, USER, ""),
        (steps.user_enter, 0, USER | WATCHING, "I5"),
        (steps.strict_user_exit, USER, KERNEL, ""),
        (steps.strict_user_exit, KERNEL, KERNEL, "I4"),
        (steps.strict_user_enter, KERNEL, USER, ""),
        (steps.strict_user_enter, USER, USER, "I4"),
        (lambda bits: steps.rcu_out(bits, WOKE), USER | WATCHING | WOKE, USER, ""),
        (lambda bits: steps.rcu_out(bits, WOKE), KERNEL, KERNEL, ""),
        (lambda bits: steps.rcu_out(bits, WOKE), USER, USER, "I5"),
    ],
)
def test_a_change_of_state(change: steps.Change, before: int, after: int, broken: str) -> None:
    assert change(before) == (after, frozenset({Property(broken)} if broken else ()))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (USER, KERNEL),
        (USER | GUARD, USER | GUARD),
        (USER | GUARD | HOLDS_GUARD, KERNEL),
        (USER | GUARD | REFUSED, USER | GUARD),
        (USER | REFUSED, USER),
    ],
)
def test_only_the_holder_of_the_guard_changes_the_state(before: int, after: int) -> None:
    assert steps.guarded(steps.user_exit, before)[0] == after


@pytest.mark.parametrize(
    ("before", "now", "to_user", "broken"),
    [
        (USER, USER, True, set()),
        (USER, KERNEL, True, {"I1", "I3"}),
        (USER, USER | WATCHING, True, {"I3", "I5"}),
        (USER, USER | WATCHING, False, {"I5"}),
        (USER | WATCHING, USER, False, {"I5"}),
        (KERNEL, KERNEL, False, set()),
        (KERNEL, USER, False, {"I1"}),
    ],
)
def test_a_return_restores_the_state_and_what_rcu_has_beside_it(
    before: int, now: int, to_user: bool, broken: set[str]
) -> None:
    assert {each.value for each in steps.returning(now | steps.entered(before), to_user)} == broken


def one_node(op: Op, exposure: Exposure, options: Options | None = None) -> Machine:
    nodes = (Node(op, (Edge(1),), exposure, exposure), Node(Op.RETURN))
    return Machine((Kind("any", nodes),), options or Options())


def test_in_interrupt_nobody_takes_the_guard_unless_told_to() -> None:
    for early, after in ((True, USER), (False, USER | GUARD | HOLDS_GUARD)):
        machine = tables(
            one_node(Op.RECURSION_ENTER, Exposure(hardirq=True), Options(in_interrupt_returns_early=early))
        )
        (outcome,) = step(machine, nothing_below(machine), 0, USER)
        assert outcome.bits == after


@pytest.mark.parametrize(("unasked", "after"), [(False, USER), (True, KERNEL | WATCHING)])
def test_in_interrupt_a_change_that_does_not_ask_is_made(unasked: bool, after: int) -> None:
    exposure = Exposure(hardirq=True)
    nodes = (Node(Op.USER_EXIT, (Edge(1),), exposure, exposure, unasked=unasked), Node(Op.RETURN))
    machine = tables(Machine((Kind("any", nodes),), Options()))
    (outcome,) = step(machine, nothing_below(machine), 0, USER)
    assert (outcome.bits, bool(outcome.broken)) == (after, False)


@pytest.mark.parametrize(("nopreempt", "ends"), [(False, [False, True]), (True, [False])])
def test_a_scheduling_point_with_preemption_off_is_none(nopreempt: bool, ends: list[bool]) -> None:
    machine = tables(one_node(Op.MAY_SCHEDULE, Exposure(nopreempt=nopreempt)))
    outcomes = step(machine, nothing_below(machine), 0, USER)
    assert [outcome.leaves for outcome in outcomes] == ends
    assert [bool(outcome.broken) for outcome in outcomes] == [not nopreempt] * len(ends)


def test_what_may_hit_comes_in_the_order_of_the_machine() -> None:
    kinds = tuple(Kind(name, (Node(Op.RETURN, (), Exposure(frozenset({"c", "a"})), Exposure()),)) for name in "abc")
    machine = tables(Machine(kinds))
    assert entries(machine, nothing_below(machine), 0) == (0, 2)
