"""Both engines against the judged configurations of oracle.json, number by number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gen.verify.notation import Configuration, read_configuration, read_file
from gen.verify.properties import ALL_PROPERTIES, RCU_SAFETY, Property
from gen.verify.search import Run, explore
from gen.verify.summaries import Proof, prove
from gen.verify.system import Act, Move, System
from gen.verify.timeline import timeline

ORACLE = json.loads((Path(__file__).parent / "oracle.json").read_text())
ENTRIES: list[dict[str, Any]] = ORACLE["configs"]

judged = pytest.mark.parametrize("entry", ENTRIES, ids=[entry["id"] for entry in ENTRIES])
JUDGED_ALONE = [entry for entry in ENTRIES if entry["shortest_per_property"] is not None]
judged_alone = pytest.mark.parametrize("entry", JUDGED_ALONE, ids=[entry["id"] for entry in JUDGED_ALONE])


def shortest(configuration: Configuration, checked: frozenset[Property]) -> int | None:
    found = explore(
        configuration.machine,
        configuration.tasks,
        configuration.cpus,
        configuration.depth,
        checked,
        to_the_end=False,
    )
    return found.shortest


def word(proof: Proof) -> str:
    return "holds" if proof.holds else "violated"


def test_the_whole_file_reads_as_its_entries_do() -> None:
    assert read_file(ORACLE) == tuple(read_configuration(entry) for entry in ENTRIES)


@judged
def test_the_search_sees_the_same_states_and_first_violations(entry: dict[str, Any]) -> None:
    read = read_configuration(entry)
    found = explore(read.machine, read.tasks, read.cpus, read.depth)
    broken = sorted("+".join(sorted(each.value for each in together)) for together in found.first_broken)
    assert (found.states, found.transitions) == (entry["states"], entry["transitions"])
    assert (found.holds, found.shortest) == (entry["verdict"] == "holds", entry["shortest"])
    assert (broken or None) == entry["first_broken"]


@judged
def test_the_search_judges_the_safety_of_rcu_alone(entry: dict[str, Any]) -> None:
    safety = entry["rcu_safety_only"]
    found = shortest(read_configuration(entry), RCU_SAFETY)
    assert found == safety.get("cex_len")
    assert (found is None) == (safety["verdict"] == "holds")


@judged_alone
def test_the_search_judges_each_property_alone(entry: dict[str, Any]) -> None:
    read = read_configuration(entry)
    found = {each.value: shortest(read, frozenset({each})) for each in Property}
    assert found == entry["shortest_per_property"]


@judged
def test_summaries_decide_every_depth(entry: dict[str, Any]) -> None:
    machine = read_configuration(entry).machine
    proof = prove(machine)
    if entry["any_depth_any_tasks_any_cpus"] is None:
        assert entry["verdict"] == "holds" or not proof.holds
        return
    assert word(proof) == entry["any_depth_any_tasks_any_cpus"]
    assert proof.smallest_depth == entry["smallest_violating_depth"]
    assert word(prove(machine, RCU_SAFETY)) == entry["rcu_safety_only"]["any_depth_any_tasks_any_cpus"]


@judged
def test_summaries_find_what_is_violated_of_each_property_alone(entry: dict[str, Any]) -> None:
    read = read_configuration(entry)
    for name, length in (entry["shortest_per_property"] or {}).items():
        if length is not None:
            proof = prove(read.machine, frozenset({Property(name)}))
            assert proof.smallest_depth is not None and proof.smallest_depth <= read.depth


ENTERED = {"enter:sys": "syscall", "enter:exc": "exception", "enter:irq": "irq", "enter:nmi": "nmi"}
SWITCHES = {"sched:out": Act.LEAVE, "switch-in": Act.COME_IN}


def replayed(read: Configuration, example: list[str]) -> Run:
    """The run that an example of the oracle tells, whose steps leave no choice in a straight line."""
    system = System(read.machine, read.depth)
    state = system.initial(read.tasks, read.cpus)
    names = [kind.name for kind in read.machine.kinds]
    moves: list[Move] = []
    broken: frozenset[Property] = frozenset()
    for line in example:
        cpu, task, what = line.split()
        act = Act.ENTER if what in ENTERED else SWITCHES.get(what, Act.STEP)
        (made,) = (
            each
            for each in system.successors(state)
            if (each.move.cpu, each.move.task, each.move.act) == (int(cpu[3:]), int(task[1:]), act)
            and (act is not Act.ENTER or names[each.move.to] == ENTERED[what])
        )
        moves.append(made.move)
        state, broken = made.state, made.broken
    return Run(read.tasks, read.cpus, read.depth, tuple(moves), broken, read.machine)


@pytest.mark.parametrize(
    "entry",
    [entry for entry in ENTRIES if entry["example"]],
    ids=[entry["id"] for entry in ENTRIES if entry["example"]],
)
def test_an_example_is_a_run_that_breaks_what_it_should_in_its_last_move(entry: dict[str, Any]) -> None:
    read = read_configuration(entry)
    run = replayed(read, entry["example"])
    assert "+".join(sorted(each.value for each in run.broken & ALL_PROPERTIES)) in entry["first_broken"]
    assert len(timeline(run)) == entry["shortest"] + 1
