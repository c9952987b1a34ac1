"""What a branch of assembly asks, and where a return goes: operands followed to the instructions that wrote them."""

from __future__ import annotations

from collections.abc import Iterator

from gen.csource.asm_program import Kind, Program
from gen.csource.asm_text import normal, parts
from gen.spec.instruction_set import Does, InstructionSet, Leads

MOST_BACK = 40
"""How many instructions are looked through for what wrote an operand."""

MOST_OPERANDS = 8
"""How many operands of an instruction are followed."""

MOST_BEHIND = 4
"""How many instructions behind a call the branch may be that asks what it returned."""

DEEPEST = 4
"""How far operands are followed into each other."""


class Operands:
    """The operands of one program. An instruction is written as its name and operands, each of them as what wrote it.

    It is followed back as far as there is one way only: to a label, the end of an #if, or a call.
    """

    def __init__(self, program: Program, instructions: InstructionSet) -> None:
        self._lines = program.lines
        self._set = instructions
        self._joins = {place for places in program.labels.values() for place in places}
        self._joins |= {line.other for line in program.lines if line.other >= 0}

    def asked(self, at: int, to: str) -> tuple[str, bool] | None:
        """The built-in condition that a branch to `to` asks, and the answer with which it is taken."""
        text = self._branch(at, to)
        return next(((row.condition, row.taken) for row in self._set.asks if row.text.fullmatch(text)), None)

    def answer(self, call: int) -> tuple[int, Leads, bool] | None:
        """The branch right behind a call that asks what was returned, and whether it is taken if that is not zero."""
        for at in range(call + 1, min(call + 1 + MOST_BEHIND, len(self._lines))):
            if at in self._joins or self._lines[at].kind is not Kind.CODE:
                return None
            leads = self._set.leads(normal(self._lines[at].text))
            if leads is not None:
                text = self._branch(at, leads.to)
                return next(((at, leads, row.taken) for row in self._set.answers if row.text.fullmatch(text)), None)
        return None

    def written(self, at: int) -> str:
        """An instruction with its operands, each as what wrote it."""
        operation, operands = self._parts(at)
        return f"{operation} {','.join(self._operand(at, each, 0) for each in operands[:MOST_OPERANDS])}"

    def target(self, at: int) -> str:
        """The label or function that an instruction leads to by what is in its operands; empty if it is not known."""
        text = self.written(at) if self._set.targets else ""
        return next((match["to"] for row in self._set.targets if (match := row.fullmatch(text))), "")

    def _branch(self, at: int, to: str) -> str:
        operation, operands = self._parts(at)
        shown = [self._operand(at, each, 0) for each in operands[:MOST_OPERANDS] if each != to]
        if not shown and self._set.flags:
            before = (each for each in self._before(at) if self._says_flags(each))
            shown = [self._written(each, 0, all_operands=True) for each in (*before,)[:1]]
        return f"{operation} {','.join(shown)}".strip()

    def linked(self, at: int) -> str | None:
        """The label that an instruction puts where a return goes, empty for another value; None if it does not."""
        if not self._set.link or self._set.target(*self._parts(at)) != self._set.link:
            return None
        text = self._written(at, 0)
        return next((match["to"] for row in self._set.links if (match := row.fullmatch(text))), "")

    def _parts(self, at: int) -> tuple[str, list[str]]:
        return parts(normal(self._lines[at].text))

    def _says_flags(self, at: int) -> bool:
        return bool(self._set.flags and self._set.flags.fullmatch(self._parts(at)[0]))

    def _operand(self, at: int, operand: str, depth: int) -> str:
        for before in self._before(at) if depth < DEEPEST else ():
            operation, operands = self._parts(before)
            if self._set.target(operation, operands) == operand:
                return self._written(before, depth + 1)
            if self._set.loads and self._set.loads.fullmatch(operation):
                break
        return operand

    def _written(self, at: int, depth: int, *, all_operands: bool = False) -> str:
        operation, operands = self._parts(at)
        sources = operands if all_operands else self._set.sources(operation, operands)
        return f"<{operation} {','.join(self._operand(at, each, depth) for each in sources[:MOST_OPERANDS])}>"

    def _before(self, at: int) -> Iterator[int]:
        """The instructions that ran before one, the nearest first."""
        number = at
        while number not in self._joins and number > 0 and at - number < MOST_BACK:
            number -= 1
            line = self._lines[number]
            if line.kind in {Kind.JUMP, Kind.STOP}:
                return
            if line.kind is Kind.CODE:
                leads = self._set.leads(normal(line.text))
                if leads is not None and leads.does is not Does.BRANCH:
                    return
                yield number
