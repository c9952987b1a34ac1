"""A machine that fewer kinds of entry can hit, and that breaks all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gen.verify import verdict
from gen.verify.machine import Edge, Exposure, Kind, Machine, Node, Op
from gen.verify.narrow import narrowed, only
from gen.verify.properties import Property
from gen.verify.summaries import prove
from gen.verify.timeline import timeline
from gen.verify.verdict import shortest_run


def kind(name: str, *ops: Op, fault: bool = False, open_to: str = "") -> Kind:
    """A kind whose nodes come one after the other; its first one is open to another kind, if so."""
    exposure = Exposure(frozenset({open_to} - {""}))
    nodes = [
        Node(op, (Edge(number + 1),) if number + 1 < len(ops) else (), exposure, exposure)
        for number, op in enumerate(ops)
    ]
    return Kind(name, tuple(nodes), fault=fault)


GOOD = (Op.USER_EXIT, Op.RCU, Op.USER_ENTER, Op.RETURN)
BAD = kind("bad", Op.RCU, Op.USER_EXIT, Op.USER_ENTER, Op.RETURN)
MACHINE = Machine((*(kind(f"good{number}", *GOOD) for number in range(5)), BAD))


def hits(machine: Machine) -> set[str]:
    return {each.name for each in machine.kinds if each.from_user}


def is_broken(machine: Machine) -> bool:
    return not prove(machine).holds


def test_what_does_not_break_it_hits_nothing_and_keeps_its_number() -> None:
    found = narrowed(MACHINE, is_broken)
    assert hits(found) == {"bad"}
    assert [each.name for each in found.kinds] == [each.name for each in MACHINE.kinds]
    assert is_broken(found)


def test_what_takes_two_keeps_two() -> None:
    """Only a fault in the first node of the other one uses RCU while it does not watch."""
    fault = replace(kind("fault", Op.RCU, Op.RETURN, fault=True), from_user=False)
    window = kind("window", *GOOD, open_to="fault")
    found = narrowed(Machine((*MACHINE.kinds[:5], fault, window)), is_broken)
    assert hits(found) == {"window"}
    assert found.kinds[6].nodes[0].user.open == {"fault"}


def test_what_an_edge_asks_about_stays() -> None:
    asks = replace(BAD, nodes=(replace(BAD.nodes[0], edges=(Edge(1, if_open="good0"), Edge(1))), *BAD.nodes[1:]))
    assert hits(only(Machine((*MACHINE.kinds[:5], asks)), ["bad"])) == {"bad", "good0"}


def test_a_run_is_found_where_the_whole_machine_has_too_many_states(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shortest_run(MACHINE, 1)
    monkeypatch.setattr(verdict, "MOST_STATES", 5)
    run = shortest_run(MACHINE, 1)
    assert run is not None and whole is not None
    assert (run.broken, len(run.moves)) == (whole.broken, len(whole.moves))


def test_a_run_without_silent_positions_is_found_where_even_that_has_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    long = Machine((*MACHINE.kinds[:5], kind("bad", *[Op.BRANCH] * 20, Op.RCU, Op.RETURN)))
    monkeypatch.setattr(verdict, "MOST_STATES", 5)
    run = shortest_run(long, 1)
    assert run is not None
    assert [row.ran.node.op for row in timeline(run) if row.ran] == [Op.RCU]
    assert timeline(run)[-1].broken == {Property.I2R}
