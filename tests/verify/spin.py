"""Helpers of test_spin.py: machines drawn from a seed, and what spin says of many of them at once."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from gen.verify.machine import KEEPING_OPS, Edge, Exposure, Keep, Kind, Machine, Node, Op, Options, Regs
from gen.verify.promela import MOVES_TO_ASK, Question, promela_of_several
from gen.verify.search import explore

needs_spin = pytest.mark.skipif(
    not (shutil.which("spin") and shutil.which("gcc")), reason="apt-get install spin gcc, for spin as another judge"
)

_RUN_OUT = re.compile(r"max search depth too small|out of memory", re.IGNORECASE)
_VIOLATED = re.compile(r"assertion violated .* \(at depth (\d+)\)")
_STORED = re.compile(r"(\d+) states, stored")


class Answer(NamedTuple):
    """The length of a shortest violating run, None if there is none; and then the number of states that there are."""

    shortest: int | None
    states: int | None


def spins_answers(questions: Sequence[Question], folder: Path) -> list[Answer]:
    """What spin's breadth-first search says to each question; one `pan` answers them all."""
    (folder / "model.pml").write_text(promela_of_several(questions), encoding="ascii")
    for command in (
        ["spin", "-a", "model.pml"],
        ["gcc", "-O0", "-w", "-DBFS", "-DSAFETY", "-DNOREDUCE", "-DNOBOUNDCHECK", "-o", "pan", "pan.c"],
    ):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return [_run(number, folder) for number in range(len(questions))]


def _run(number: int, folder: Path) -> Answer:
    said = subprocess.run(
        ["./pan", "-E", "-m1000000", "-w20"],
        cwd=folder,
        env={**os.environ, "QUESTION": str(number)},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    stored = _STORED.search(said)
    assert stored and not _RUN_OUT.search(said), said
    violated = _VIOLATED.search(said)
    # pan counts moves from 0.
    return (
        Answer(int(violated[1]) + 1 - MOVES_TO_ASK, None) if violated else Answer(None, int(stored[1]) - MOVES_TO_ASK)
    )


def gens_answer(question: Question) -> Answer:
    """The same by gen's own search."""
    found = explore(question.machine, 1, 1, question.depth, question.checked)
    return Answer(found.shortest, found.states if found.holds else None)


# Machines.

NAMES = ("call", "abort", "timer", "wire")
FAULTS = frozenset({"abort"})

Item = Op | tuple[Op, int] | tuple[str, "Block", "Block"]
"""A step, a step with its slot, or a branch or loop: the sort of question, what is done if so, what else."""
Block = tuple[Item, ...]


def random_machine(seed: int) -> Machine:
    """A machine that somebody might have written: brackets mostly match, and windows are mostly closed."""
    rng = Random(seed)
    present = tuple(sorted(rng.sample(NAMES, rng.choice((1, 2, 2, 3, 3, 4)))))
    writer = _Writer(rng, present)
    kinds = tuple(
        Kind(name, writer.nodes(name), from_user=number == 0 or rng.random() < 0.5, fault=name in FAULTS)
        for number, name in enumerate(present)
    )
    return Machine(kinds, Options(rng.random() < 0.7, rng.random() < 0.7))


class _Writer:
    """Writes the kinds of one machine."""

    def __init__(self, rng: Random, present: tuple[str, ...]) -> None:
        self._rng = rng
        # Drawn apart, so that a number stands for the machine that it stood for before there were such steps.
        self._unasked = Random(repr(rng.getstate()))
        self._present = present
        self._interrupts = [name for name in present if name not in FAULTS]
        self._keep = rng.choice((Keep.FRAME, Keep.FRAME, Keep.FRAME, Keep.TASK, Keep.CPU))
        self._nodes: list[Node] = []

    def nodes(self, name: str) -> tuple[Node, ...]:
        """The nodes of a kind. They are made last first, each with the numbers of those behind it."""
        self._nodes = []
        body = self._spoilt(self._body(name))
        start = self._block(body, self._add(Op.RETURN, (), closed=True), depth=0)
        self._add(Op.BRANCH, (Edge(start),), closed=True)
        last = len(self._nodes) - 1
        return tuple(_renumbered(node, last) for node in reversed(self._nodes))

    def _body(self, name: str) -> Block:
        """The whole body, in brackets that suit where the kind comes from."""
        work = self._work(2)
        by_regs: Block = (Op.USER_EXIT_IF_USER_REGS, *work, Op.USER_ENTER_IF_USER_REGS)
        saved: Block = ((Op.EXCEPTION_ENTER, 0), *work, (Op.EXCEPTION_EXIT, 0))
        peeked: Block = ((Op.EXCEPTION_ENTER_PEEK, 2), (Op.USER_EXIT_IF_PREV, 2), *work, (Op.EXCEPTION_EXIT, 2))
        nmi: Block = ((Op.RCU_IN, 1), *self._quick(), (Op.RCU_OUT, 1))
        branching: Block = (("regs", (Op.USER_EXIT, *work, Op.USER_ENTER), nmi),)
        if name == "call":
            guarded: Block = (Op.RECURSION_ENTER, Op.USER_EXIT, *work, Op.RECURSION_ENTER, Op.USER_ENTER)
            return self._rng.choice(((Op.USER_EXIT, *work, Op.USER_ENTER), guarded, by_regs, saved))
        return self._rng.choice((by_regs, saved, saved, peeked, nmi, branching, branching, work))

    def _work(self, deep: int) -> Block:
        """What a handler does: steps, and as long as it is not too deep, questions and brackets."""
        items: list[Item] = []
        for _ in range(self._rng.choice((1, 1, 2, 3))):
            sort = self._rng.choice(("step", "step", "any", "while", "open", "closed", "saved", "rcu", "panic"))
            inner = self._work(deep - 1) if deep else ()
            slot = 3 + deep
            if sort == "step" or not deep:
                items.append(self._rng.choice((Op.RCU, Op.RCU, Op.MAY_SCHEDULE, Op.BRANCH, Op.USER_EXIT_REENTRANT)))
            elif sort == "saved":
                items += [(Op.EXCEPTION_ENTER, slot), *inner, (Op.EXCEPTION_EXIT, slot)]
            elif sort == "rcu":
                items += [(Op.RCU_IN, slot), *inner, (Op.RCU_OUT, slot)]
            elif sort == "panic":
                items.append(("any", inner, (Op.PANIC,)))
            else:
                items.append((sort, inner, self._work(0)))
        return tuple(items)

    def _quick(self) -> Block:
        return self._rng.choice(
            ((Op.RCU,), (Op.RCU, Op.BRANCH), (("while", (Op.RCU,), ()),), (Op.RCU, Op.MAY_SCHEDULE))
        )

    def _spoilt(self, block: Block) -> Block:
        """One time in four something is wrong: a step is gone, is there twice, or is another one."""
        if self._rng.random() > 0.25:
            return block
        at = self._rng.randrange(len(block))
        other = self._rng.choice([op for op in Op if op not in (Op.RETURN, Op.PANIC)])
        instead: Block = self._rng.choice(((), (block[at], block[at]), (other,), (other, block[at])))
        return (*block[:at], *instead, *block[at + 1 :])

    def _block(self, block: Block, then: int, depth: int) -> int:
        for number in range(len(block) - 1, -1, -1):
            outermost = depth == 0 and number == 0
            then = self._item(block[number], then, depth, closed=outermost and self._rng.random() < 0.9)
        return then

    def _item(self, item: Item, then: int, depth: int, closed: bool) -> int:
        match item:
            case Op.PANIC:
                return self._add(item, (), closed)
            case Op():
                return self._add(item, (Edge(then),), closed)
            case (Op() as op, int() as slot):
                return self._add(op, (Edge(then),), closed, slot)
            case ("while", tuple() as body, tuple()):
                loop = self._add(Op.BRANCH, (), closed)
                inside = self._block(body, loop, depth + 1)
                self._nodes[loop] = self._with_edges(self._nodes[loop], (Edge(inside), Edge(then)))
                return loop
            case (str() as question, tuple() as body, tuple() as otherwise):
                ways = self._block(body, then, depth + 1), self._block(otherwise, then, depth + 1)
                return self._add(Op.BRANCH, self._asked(question, *ways), closed)
            case _:
                raise AssertionError(item)

    def _asked(self, question: str, yes: int, no: int) -> tuple[Edge, ...]:
        if question == "regs":
            return Edge(yes, Regs.USER), Edge(no, Regs.KERNEL)
        if question in ("open", "closed") and self._interrupts:
            name = self._rng.choice(self._interrupts)
            ways = Edge(yes, if_open=name), Edge(no, if_closed=name)
            return ways if question == "open" else tuple(reversed(ways))
        return Edge(yes), Edge(no)

    def _with_edges(self, node: Node, edges: tuple[Edge, ...]) -> Node:
        return Node(node.op, edges, node.user, node.kernel, node.keep, node.slot, node.unasked)

    def _add(self, op: Op, edges: tuple[Edge, ...], closed: bool, slot: int = 0) -> int:
        user = self._exposure(closed)
        kernel = user if self._rng.random() < 0.7 else self._exposure(closed)
        keep = self._keep if op in KEEPING_OPS else Keep.FRAME
        self._nodes.append(Node(op, edges, user, kernel, keep, slot, self._unasked.random() < 0.3))
        return len(self._nodes) - 1

    def _exposure(self, closed: bool) -> Exposure:
        opened = () if closed else (name for name in self._present if self._rng.random() < 0.6)
        return Exposure(frozenset(opened), self._rng.random() < 0.07, self._rng.random() < 0.1)


def _renumbered(node: Node, last: int) -> Node:
    edges = tuple(Edge(last - edge.target, edge.regs, edge.if_open, edge.if_closed) for edge in node.edges)
    return Node(node.op, edges, node.user, node.kernel, node.keep, node.slot, node.unasked)
