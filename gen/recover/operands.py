"""What a branch of assembly asks, and where a return goes: operands followed to the instructions that wrote them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from typing import TypeVar

from gen.csource.asm_program import Kind, Program
from gen.csource.asm_text import WORD, normal, parts
from gen.csource.conditions import Atom, Formula, Not, value
from gen.spec.instruction_set import TOP, AsksRow, Does, InstructionSet, Leads, Slot

T = TypeVar("T")

MOST_BACK = 100
"""How many instructions are looked through for what wrote an operand."""

MOST_OPERANDS = 8
"""How many operands of an instruction are followed."""

MOST_BEHIND = 4
"""How many instructions behind a call the branch may be that asks what it returned."""

MOST_WAYS = 8
"""How many texts an instruction may have, where #if lines choose what wrote its operands."""

DEEPEST = 4
"""How far operands are followed into each other."""


class Operands:
    """The operands of one program. An instruction is written as its name and operands, each of them as what wrote it.

    It is followed back on all ways that #if lines choose among, to a label or a call: behind those it is not known.
    What is said of an instruction is so on all ways. Through a label to which only jumps of the file lead it is
    followed to these, or to the line from which that was come to.
    """

    def __init__(self, program: Program, instructions: InstructionSet) -> None:
        self._lines = program.lines
        self._set = instructions
        self._labels = {place for places in program.labels.values() for place in places}
        self._from: dict[int, list[int]] = {}
        for number, line in enumerate(program.lines):
            if line.other >= 0:
                self._from.setdefault(line.other, []).append(number)
        self._jumps = self._leading_to(program) if instructions.inner else {}
        self._leaving = {each for jumps in self._jumps.values() for each in jumps if self._does(each) is Does.JUMP}
        self._arms = _arms(program, instructions.tied)
        self._way: tuple[int, int] | None = None
        self._known: Mapping[str, bool] = {}

    def _leading_to(self, program: Program) -> dict[int, list[int]]:
        """The lines that jump or branch to each label to which nothing else leads."""
        inner = self._set.inner or re.compile(r"(?!)")
        found: dict[int, list[int]] = {each: [] for each in self._labels}
        taken = set[str]()
        for number, line in enumerate(program.lines):
            leads = self._leads(number) if line.kind is Kind.CODE else None
            if leads is None or not leads.to:
                taken.update(WORD.findall(line.text))
                continue
            for place in program.places(leads.to, number):
                found[place].append(number)
        # What is in a register, or in a table of fixups, is come to from anywhere.
        outer = (name for name in program.labels if name in taken or not inner.fullmatch(name))
        return {place: found[place] for place in self._labels.difference(*(program.labels[name] for name in outer))}

    def _does(self, at: int) -> Does | None:
        leads = self._leads(at)
        return leads.does if leads else None

    def coming(self, way: tuple[int, int] | None, known: Iterable[tuple[str, bool]]) -> Operands:
        """The operands where a label, the first of the `way`, was come to from a line, and some answers are known."""
        if way is None and not self._arms:
            return self
        those = copy(self)
        those._way, those._known = way, dict(known)
        return those

    def _may_run(self, at: int) -> bool:
        """Whether the #if lines around a line may be so."""
        return all(value(asks, self._known) is not (not so) for asks, so in self._arms.get(at, ()))

    def asked(self, at: int, to: str) -> tuple[str, bool] | None:
        """The built-in condition that a branch to `to` asks, and the answer with which it is taken."""
        return _same(self._row(text, to, self._set.asks) for text in self._branch(at, to))

    def answer(self, call: int) -> tuple[int, Leads, bool] | None:
        """The branch right behind a call that asks what was returned, and whether it is taken if that is not zero."""
        for at in range(call + 1, min(call + 1 + MOST_BEHIND, len(self._lines))):
            if at in self._labels or at in self._from or self._lines[at].kind is not Kind.CODE:
                return None
            leads = self._leads(at)
            if leads is not None:
                said = _same(self._row(text, leads.to, self._set.answers) for text in self._branch(at, leads.to))
                return (at, leads, said[1]) if said is not None else None
        return None

    def written(self, at: int) -> tuple[str, ...]:
        """An instruction with its operands, each as what wrote it."""
        operation, operands = self._parts(at)
        return self._spelled(at, operation, operands or self._set.sources(operation, operands), 0)

    def target(self, at: int) -> str:
        """The label or function that an instruction leads to by what is in its operands; empty if it is not known."""
        return self._label(self.written(at), self._set.targets) or "" if self._set.targets else ""

    def goes_to_what_was_pushed(self, at: int) -> bool:
        """Whether a return may find a label or function on the stack that was put there by name."""
        pushed = (re.search(r" [$#]?([A-Za-z_.][\w.]*)>$", text) for text in self._operand(at, TOP, 0))
        return self._set.pushes is not None and any(pushed)

    def linked(self, at: int) -> str | None:
        """The label that an instruction puts where a return goes, empty for another value; None if it does not."""
        if not self._set.link or self._set.target(*self._parts(at)) != self._set.link:
            return None
        return self._label(self._written(at, 0), self._set.links) or ""

    def _label(self, texts: Iterable[str], rows: Iterable[re.Pattern[str]]) -> str | None:
        """The label that all texts have by some patterns."""
        rows = tuple(rows)
        return _same(next((match["to"] for row in rows if (match := row.fullmatch(text))), None) for text in texts)

    def _row(self, text: str, to: str, rows: Iterable[AsksRow]) -> tuple[str, bool] | None:
        return next(((row.condition, row.taken) for row in rows if row.asked_by(text, to)), None)

    def _branch(self, at: int, to: str) -> tuple[str, ...]:
        operation, operands = self._parts(at)
        shown = [each for each in operands if each != to]
        if shown or not self._set.flags:
            return self._spelled(at, operation, shown, 0)
        flags = self._writers(at, self._says_flags) or ()
        texts = [text for each in flags for text in self._written(each, 0, all_operands=True)]
        return tuple(f"{operation} {text}" for text in texts) or (operation,)

    def _leads(self, at: int) -> Leads | None:
        return self._set.leads(normal(self._lines[at].text))

    def _parts(self, at: int) -> tuple[str, list[str]]:
        return parts(normal(self._lines[at].text))

    def _says_flags(self, at: int) -> bool:
        return bool(self._set.flags and self._set.flags.fullmatch(self._parts(at)[0]))

    def _operand(self, at: int, operand: str, depth: int) -> tuple[str, ...]:
        def writes(line: int) -> bool:
            return self._set.writes(*self._parts(line), register)

        register = self._set.register(operand)
        is_saved = self._set.saved is not None and self._set.saved.fullmatch(operand) is not None
        writers = self._writers(at, writes, is_saved=is_saved) if depth < DEEPEST else None
        return tuple(text for each in writers for text in self._written(each, depth + 1)) if writers else (operand,)

    def _written(self, at: int, depth: int, *, all_operands: bool = False) -> tuple[str, ...]:
        operation, operands = self._parts(at)
        sources = operands if all_operands else self._set.sources(operation, operands)
        return tuple(f"<{text}>" for text in self._spelled(at, operation, sources, depth))

    def _spelled(self, at: int, operation: str, operands: Iterable[str], depth: int) -> tuple[str, ...]:
        """An operation with its operands in all ways that they may have been written."""
        ways = [""]
        for operand in (*operands,)[:MOST_OPERANDS]:
            texts = self._operand(at, operand, depth)
            if len(texts) * len(ways) > MOST_WAYS:
                texts = (operand,)
            ways = [f"{way},{text}" if way else text for way in ways for text in texts]
        return tuple(f"{operation} {way}" for way in ways)

    def _writers(self, at: int, writes: Callable[[int], bool], *, is_saved: bool = False) -> tuple[int, ...] | None:
        """The instructions that were the last to do something before one, on each way; None if one is not known.

        What they write is there behind a call if it is saved.
        """
        found: list[int] = []
        waiting, seen = [at], set[int]()
        while waiting:
            before = self._before(waiting.pop())
            if before is None:
                return None
            for number in (each for each in before if each not in seen):
                seen.add(number)
                if self._lines[number].kind is not Kind.CODE or not writes(number):
                    if len(seen) > MOST_BACK or self._hides(number, is_saved):
                        return None
                    waiting.append(number)
                else:
                    found.append(number)
        return tuple(found)

    def _hides(self, at: int, is_saved: bool) -> bool:
        """Whether it is not known what was there before an instruction: a call, or one that loads several."""
        if self._lines[at].kind is not Kind.CODE:
            return False
        leads = self._leads(at)
        operation, _ = self._parts(at)
        loads = self._set.loads is not None and self._set.loads.fullmatch(operation)
        goes_on = {Does.BRANCH, Does.CALL} if is_saved else {Does.BRANCH}
        return bool(loads) or (leads is not None and leads.does not in goes_on and at not in self._leaving)

    def _before(self, at: int) -> list[int] | None:
        """The lines that may run right before one; None if that is not known."""
        if self._way and self._way[0] == at:
            return [self._way[1]]
        if (at in self._labels and at not in self._jumps) or at <= 0 or self._may_not_have_run(at - 1):
            return None
        goes_elsewhere = self._lines[at - 1].kind in {Kind.JUMP, Kind.STOP} or at - 1 in self._leaving
        last = [] if goes_elsewhere else [at - 1]
        before = [*last, *self._from.get(at, ()), *self._jumps.get(at, ())]
        return [each for each in before if self._may_run(each) or not self._may_run(at)] or None

    def _may_not_have_run(self, at: int) -> bool:
        """Whether an instruction is in the delay slot of a branch that was not taken, and needs that to run."""
        leads = self._leads(at - 1) if at > 0 and self._lines[at - 1].kind is Kind.CODE else None
        return leads is not None and leads.slot is Slot.TAKEN


def _arms(program: Program, tied: frozenset[str]) -> dict[int, list[tuple[Formula, bool]]]:
    """What is so where a line runs, of #if lines whose answers are remembered."""
    found = dict[int, list[tuple[Formula, bool]]]()
    for number, line in enumerate(program.lines):
        asks = line.asks.part if isinstance(line.asks, Not) else line.asks
        if line.kind is not Kind.FORK or not isinstance(asks, Atom) or asks.text not in tied:
            continue
        end = program.lines[line.other - 1].other
        for each in range(number + 1, line.other):
            found.setdefault(each, []).append((line.asks, True))
        for each in range(line.other, end):
            found.setdefault(each, []).append((line.asks, False))
    return found


def _same(values: Iterable[T | None]) -> T | None:
    """What all values are; None if they are not all the same."""
    first, *others = values
    return first if all(each == first for each in others) else None
