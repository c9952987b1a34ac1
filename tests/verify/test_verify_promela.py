"""Spin as a third judge: verdict, shortest run and, where a machine holds, every single state."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from gen.verify.machine import Edge, Exposure, Kind, Machine, Node, Op
from gen.verify.notation import Configuration, read_file
from gen.verify.promela import promela
from gen.verify.properties import ALL_PROPERTIES, RCU_SAFETY, Property
from gen.verify.search import explore

ALONE = [
    read
    for read in read_file(json.loads((Path(__file__).parent / "oracle.json").read_text()))
    if (read.tasks, read.cpus) == (1, 1)
]
SAMPLE = ALONE[::9]

needs_spin = pytest.mark.skipif(not (shutil.which("spin") and shutil.which("gcc")), reason="needs spin and gcc")


def judged_by_spin(model: str, folder: Path) -> tuple[int | None, int]:
    """The length of spin's shortest violating run, and the number of states that it stored."""
    (folder / "model.pml").write_text(model)
    for command in (
        ["spin", "-a", "model.pml"],
        ["gcc", "-O0", "-w", "-DBFS", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c"],
    ):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    told = subprocess.run(["./pan", "-E", "-m100000", "-w18"], cwd=folder, capture_output=True, text=True).stdout
    violated = re.search(r"assertion violated .* \(at depth (\d+)\)", told)
    stored = re.search(r"(\d+) states, stored", told)
    assert stored, told
    return int(violated[1]) + 1 if violated else None, int(stored[1])


def agree(machine: Machine, depth: int, checked: frozenset[Property], folder: Path) -> None:
    length, states = judged_by_spin(promela(machine, depth, checked), folder)
    found = explore(machine, 1, 1, depth, checked)
    assert length == found.shortest
    if found.holds:
        assert states == found.states


@needs_spin
@pytest.mark.compiler
@pytest.mark.parametrize("read", SAMPLE, ids=[read.name for read in SAMPLE])
def test_spin_agrees_on_a_judged_configuration(read: Configuration, tmp_path: Path) -> None:
    agree(read.machine, read.depth, ALL_PROPERTIES, tmp_path)


def branching() -> Machine:
    """A condition on the interrupted code, a choice, a loop, a panic, and brackets within brackets."""
    window = Exposure(frozenset({"abort", "irq"}))
    half = Exposure(frozenset({"abort"}))
    call = (
        Node(Op.USER_EXIT, (Edge(1), Edge(5)), half, half),
        Node(Op.RCU, (Edge(2), Edge(3)), window, window),
        Node(Op.MAY_SCHEDULE, (Edge(1),), window, window),
        Node(Op.USER_ENTER, (Edge(4),), window, window),
        Node(Op.RETURN, (), half, half),
        Node(Op.PANIC),
    )
    abort = (
        Node(Op.EXCEPTION_ENTER, (Edge(1, if_open="irq"), Edge(2, if_closed="irq"))),
        Node(Op.EXCEPTION_ENTER, (Edge(3),), slot=1),
        Node(Op.EXCEPTION_EXIT, (Edge(4),)),
        Node(Op.EXCEPTION_EXIT, (Edge(2),), slot=1),
        Node(Op.RETURN),
    )
    return Machine((Kind("call", call), Kind("abort", abort, fault=True), Kind("irq", (Node(Op.RETURN),))))


@needs_spin
@pytest.mark.compiler
@pytest.mark.parametrize("spoilt", [False, True])
def test_spin_agrees_on_branches_and_slots(spoilt: bool, tmp_path: Path) -> None:
    machine = branching()
    if spoilt:
        call, abort, irq = machine.kinds
        forgets = tuple(replace(node, slot=0) for node in abort.nodes)
        machine = replace(machine, kinds=(call, replace(abort, nodes=forgets), irq))
    assert explore(machine, 1, 1, 3).holds is not spoilt
    agree(machine, 3, ALL_PROPERTIES, tmp_path)


@needs_spin
@pytest.mark.compiler
def test_spin_checks_what_it_is_asked(tmp_path: Path) -> None:
    (read,) = (each for each in ALONE if each.name == "A-naive-040")
    agree(read.machine, read.depth, RCU_SAFETY, tmp_path)
    agree(read.machine, read.depth, frozenset({Property.I4}), tmp_path)
