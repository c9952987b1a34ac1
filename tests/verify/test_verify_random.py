"""What must be true of every machine: the two engines agree, and more of a good thing does no harm."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gen.verify.machine import (
    ENDING_OPS,
    KEEPING_OPS,
    Edge,
    Exposure,
    Keep,
    Kind,
    Machine,
    Node,
    Op,
    Options,
    Regs,
)
from gen.verify.properties import ALL_PROPERTIES, BOOKKEEPING, RCU_SAFETY, Property
from gen.verify.search import explore
from gen.verify.summaries import prove
from gen.verify.timeline import timeline
from gen.verify.verdict import verify

pytestmark = pytest.mark.random

NAMES = ("call", "abort", "timer", "wire")
FAULTS = frozenset({"abort"})
ON_THE_CPU = frozenset({Op.RECURSION_ENTER})
NEVER = 10**6
ANY_TIME = settings(deadline=None)

WELL_BEHAVED = (
    (Op.USER_EXIT, Op.RCU, Op.USER_ENTER),
    (Op.USER_EXIT, Op.RCU, Op.MAY_SCHEDULE, Op.USER_ENTER),
    (Op.EXCEPTION_ENTER, Op.RCU, Op.MAY_SCHEDULE, Op.EXCEPTION_EXIT),
    (Op.EXCEPTION_ENTER, Op.BRANCH, Op.EXCEPTION_EXIT),
    (Op.RCU_IN, Op.RCU, Op.RCU_OUT),
    (Op.USER_EXIT_IF_USER_REGS, Op.RCU, Op.MAY_SCHEDULE, Op.USER_ENTER_IF_USER_REGS),
    (Op.RECURSION_ENTER, Op.USER_EXIT, Op.RCU, Op.RECURSION_ENTER, Op.USER_ENTER),
)
"""Middles of kinds that somebody might write: with steps drawn at random nearly everything fails at once."""


@st.composite
def nodes(draw: st.DrawFn, present: tuple[str, ...], keeps: tuple[Keep, ...], on_cpu: bool) -> tuple[Node, ...]:
    any_op = st.sampled_from([op for op in Op if op not in ENDING_OPS])
    middle = draw(st.sampled_from(WELL_BEHAVED) | st.lists(any_op, max_size=4).map(tuple))
    ops = [op for op in middle if on_cpu or op not in ON_THE_CPU]
    keep = draw(st.sampled_from(keeps))
    exposures = st.builds(
        Exposure,
        st.frozensets(st.sampled_from(present)),
        st.sampled_from([False, False, False, True]),
        st.sampled_from([False, False, False, True]),
    )
    made: list[Node] = []
    for index, op in enumerate([*ops, Op.RETURN]):
        user = draw(exposures)
        kernel = draw(st.just(user) | exposures)
        edges = () if op is Op.RETURN else draw(ways(index, len(ops)))
        place = keep if op in KEEPING_OPS else Keep.FRAME
        made.append(Node(op, edges, user, kernel, place, unasked=draw(st.booleans())))
    return tuple(made)


@st.composite
def ways(draw: st.DrawFn, index: int, last: int) -> tuple[Edge, ...]:
    """Mostly straight on; sometimes a choice, a loop, or a branch on pt_regs."""
    onwards = Edge(index + 1)
    other = draw(st.integers(0, last))
    return draw(
        st.sampled_from(
            [
                (onwards,),
                (onwards,),
                (onwards,),
                (onwards, Edge(other)),
                (Edge(index + 1, Regs.USER), Edge(other, Regs.KERNEL)),
            ]
        )
    )


@st.composite
def machines(draw: st.DrawFn, keeps: tuple[Keep, ...] = (Keep.FRAME, Keep.TASK), on_cpu: bool = False) -> Machine:
    present = tuple(draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)))
    kinds = tuple(
        Kind(
            name,
            draw(nodes(present, keeps, on_cpu)),
            from_user=index == 0 or draw(st.booleans()),
            fault=name in FAULTS,
        )
        for index, name in enumerate(present)
    )
    return Machine(kinds, Options(draw(st.booleans()), draw(st.booleans()), migrate=True))


checked = st.sampled_from([ALL_PROPERTIES, ALL_PROPERTIES, RCU_SAFETY])


@ANY_TIME
@given(machines(), checked)
def test_summaries_and_search_agree_at_every_depth(machine: Machine, properties: frozenset[Property]) -> None:
    proof = prove(machine, properties)
    for depth in (1, 2, 3):
        found = explore(machine, 1, 1, depth, properties, to_the_end=False, most_states=20_000)
        assert found.holds == (proof.smallest_depth is None or depth < proof.smallest_depth)


@ANY_TIME
@given(machines(), st.sampled_from([(1, 2), (2, 1), (2, 2), (3, 2)]))
def test_tasks_and_cpus_change_nothing_where_no_cpu_keeps_a_state(machine: Machine, size: tuple[int, int]) -> None:
    alone = explore(machine, 1, 1, 2, to_the_end=False, most_states=5_000)
    together = explore(machine, *size, 2, to_the_end=False, most_states=5_000)
    assume(together.states < 5_000)
    assert together.shortest == alone.shortest


@ANY_TIME
@given(machines((Keep.CPU,), on_cpu=True), st.booleans(), st.sampled_from([(1, 1), (1, 2), (2, 1), (2, 2)]))
def test_no_system_contradicts_a_proof(machine: Machine, migrate: bool, size: tuple[int, int]) -> None:
    machine = replace(machine, options=replace(machine.options, migrate=migrate))
    proof = prove(machine)
    for depth in (1, 2):
        found = explore(machine, *size, depth, to_the_end=False, most_states=5_000)
        assert found.holds or (proof.smallest_depth is not None and depth >= proof.smallest_depth)


@ANY_TIME
@given(machines((Keep.FRAME, Keep.CPU), on_cpu=True))
def test_what_is_not_proved_has_a_run_of_that_depth_with_a_timeline(machine: Machine) -> None:
    verdict = verify(machine)
    if verdict.holds:
        assert verdict.run is None
        return
    run = verdict.run
    assert run is not None and run.depth == verdict.proof.smallest_depth
    rows = timeline(run)
    assert [row.move for row in rows[1:]] == list(run.moves)
    assert [bool(row.broken) for row in rows] == [False] * len(run.moves) + [True]
    assert max(len(cpu.frames) for row in rows for cpu in row.cpus) <= run.depth


@ANY_TIME
@given(machines((Keep.FRAME, Keep.TASK, Keep.CPU), on_cpu=True))
def test_more_depth_never_mends(machine: Machine) -> None:
    found = [explore(machine, 1, 1, depth, to_the_end=False, most_states=20_000).shortest for depth in (1, 2, 3)]
    lengths = [length or NEVER for length in found]
    assert lengths == sorted(lengths, reverse=True)


@ANY_TIME
@given(machines((Keep.FRAME, Keep.TASK, Keep.CPU), on_cpu=True), st.data())
def test_closing_a_window_breaks_no_proof(machine: Machine, data: st.DataObject) -> None:
    kind = data.draw(st.integers(0, len(machine.kinds) - 1))
    node = data.draw(st.integers(0, len(machine.kinds[kind].nodes) - 1))
    name = data.draw(st.sampled_from([each.name for each in machine.kinds]))
    before, after = prove(machine), prove(closed(machine, kind, node, name))
    assert (after.smallest_depth or NEVER) >= (before.smallest_depth or NEVER)


def closed(machine: Machine, kind: int, node: int, name: str) -> Machine:
    changed = machine.kinds[kind]
    position = changed.nodes[node]
    position = replace(
        position,
        user=replace(position.user, open=position.user.open - {name}),
        kernel=replace(position.kernel, open=position.kernel.open - {name}),
    )
    positions = (*changed.nodes[:node], position, *changed.nodes[node + 1 :])
    kinds = (*machine.kinds[:kind], replace(changed, nodes=positions), *machine.kinds[kind + 1 :])
    return replace(machine, kinds=kinds)


@ANY_TIME
@given(machines((Keep.FRAME, Keep.TASK, Keep.CPU), on_cpu=True))
def test_asking_for_less_finds_no_more(machine: Machine) -> None:
    if prove(machine).holds:
        assert prove(machine, RCU_SAFETY).holds
        assert prove(machine, BOOKKEEPING).holds
