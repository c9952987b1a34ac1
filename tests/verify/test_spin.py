"""Spin as an independent judge of random machines and of every shipped spec: verdict, shortest run, every state.

Spin gets the machine as Promela, which shares neither tables nor steps with gen's engines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from spin import gens_answer, needs_spin, random_machine, spins_answers
from support import SHIPPED
from trees import load_spec

from gen.verify import semantics, steps, system
from gen.verify.compile import compile_model
from gen.verify.machine import Machine
from gen.verify.promela import Question
from gen.verify.properties import ALL_PROPERTIES, RCU_SAFETY
from gen.verify.slim import slim
from gen.verify.summaries import prove
from gen.verify.tables import Place, Tables

pytestmark = [pytest.mark.slow, needs_spin, pytest.mark.compiler]

MACHINES = 200
PER_PAN = 10
BATCHES = range(MACHINES // PER_PAN)


def question(seed: int) -> Question:
    """A random machine, half of the time at depth 2, and one time in five asked for the safety of RCU alone."""
    return Question(random_machine(seed), (1, 2, 2, 3)[seed % 4], RCU_SAFETY if seed % 5 == 4 else ALL_PROPERTIES)


def questions(batch: int) -> list[Question]:
    return [question(seed) for seed in range(batch * PER_PAN, (batch + 1) * PER_PAN)]


@pytest.mark.parametrize("batch", BATCHES)
def test_spin_agrees_on_random_machines(batch: int, tmp_path: Path) -> None:
    """With the search on every number; with the proof on whether there is a run that deep.

    Spin has one task, the proof any number: none of these machines needs a second one to break, which one that keeps
    the state per CPU may.
    """
    asked = questions(batch)
    said = spins_answers(asked, tmp_path)
    assert said == [gens_answer(each) for each in asked]
    for each, answer in zip(asked, said, strict=True):
        smallest = prove(each.machine, each.checked).smallest_depth
        assert (answer.shortest is None) == (smallest is None or each.depth < smallest), each


def test_the_random_machines_are_worth_judging() -> None:
    """Many hold, many do not, and those not only at once."""
    answers = [gens_answer(question(seed)) for seed in range(MACHINES)]
    held = [each.states for each in answers if each.states is not None]
    assert len(held) > MACHINES // 4 and max(held) > 1_000
    assert len({each.shortest for each in answers}) > 15


# A verifier that goes wrong in one place is found out.


def _forgets_to_wake(bits: int, woke: int) -> int:
    return bits


def _stays_awake(bits: int, woke: int) -> tuple[int, steps.Broken]:
    return bits, steps.NOTHING


def _never_breaks(*_: object) -> steps.Broken:
    return steps.NOTHING


def _takes_no_guard(bits: int) -> int:
    return bits


def _forgets_preemption(tables: Tables, below: semantics.Below, node: int) -> semantics.Below:
    return semantics.above(tables, below, node)._replace(nopreempt=False)


def _lets_all_in(tables: Tables, below: semantics.Below, node: int) -> semantics.Below:
    return semantics.above(tables, below, node)._replace(interrupts=tables.interrupts)


def _forgets_hardirq(tables: Tables, below: semantics.Below, node: int) -> semantics.Below:
    return semantics.above(tables, below, node)._replace(silent=False)


def _changes_in_interrupt(place: Place, bits: int, silent: bool) -> tuple[int, steps.Broken]:
    return _effect(place, bits, False)


_effect = semantics._effect


WRONG: tuple[tuple[object, str, Callable[..., object], int], ...] = (
    (steps, "rcu_in", _forgets_to_wake, 3),
    (steps, "rcu_out", _stays_awake, 17),
    (steps, "rcu_use", _never_breaks, 13),
    (steps, "scheduling", _never_breaks, 9),
    (steps, "returning", _never_breaks, 5),
    (steps, "recursion_enter", _takes_no_guard, 94),
    (system, "above", _forgets_preemption, 14),
    (system, "above", _forgets_hardirq, 186),
    (system, "above", _lets_all_in, 25),
    (semantics, "_effect", _changes_in_interrupt, 24),
)
"""What is broken in gen's semantics, and a seed whose machine shows it."""


def test_a_wrong_verifier_disagrees_with_spin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = [question(seed) for *_, seed in WRONG]
    said = spins_answers(asked, tmp_path)
    assert said == [gens_answer(each) for each in asked]
    for (module, name, wrong, _), each, answer in zip(WRONG, asked, said, strict=True):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, wrong)
            assert gens_answer(each) != answer, f"spin does not notice {wrong.__name__}()"


# The shipped specs.

DEEPER = {"arm": 3, "riscv": 3}
"""How deep the specs are searched of which that takes spin a second or two; 2 the others."""

SLIMMED = {"mips", "powerpc", "sparc64", "x86"}
"""Specs whose whole machine takes gcc a quarter of a minute."""


def as_claimed_and_not(file: Path) -> list[Machine]:
    model = load_spec(file).model
    compiled = [compile_model(replace(model, offstack=offstack)).machine for offstack in (False, True)]
    return [slim(each) for each in compiled] if file.stem in SLIMMED else compiled


@pytest.mark.parametrize("file", SHIPPED, ids=[file.stem for file in SHIPPED])
def test_spin_agrees_on_a_shipped_spec(file: Path, tmp_path: Path) -> None:
    """With offstack as it is claimed, and as it is not: every state where it holds, the shortest run where not."""
    asked = [Question(machine, DEEPER.get(file.stem, 2)) for machine in as_claimed_and_not(file)]
    said = spins_answers(asked, tmp_path)
    assert said == [gens_answer(each) for each in asked]
    for each, answer in zip(asked, said, strict=True):
        smallest = prove(slim(each.machine)).smallest_depth
        assert (answer.shortest is None) == (smallest is None or each.depth < smallest)
