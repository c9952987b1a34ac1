"""What the instructions of an assembly file do to the flow: facts of an architecture (gen/facts/entry/*.yaml)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import cast

from gen.spec import document as doc
from gen.spec.notation import flag_at, list_at, mapping_at, names_at, text_at


class Does(Enum):
    """How an instruction leads on."""

    JUMP = "jump"
    BRANCH = "branch"
    CALL = "call"
    RETURN = "return"
    TRAP_RETURN = "trap_return"
    STOP = "stop"


class Slot(Enum):
    """When the instruction behind one that leads elsewhere runs before that: its delay slot."""

    NONE = "none"
    ALWAYS = "always"
    TAKEN = "taken"


TOP = "(top)"
"""The top of the stack as an operand."""


@dataclass(frozen=True)
class FlowRow:
    """Instructions that lead elsewhere."""

    text: re.Pattern[str]
    does: Does
    slot: Slot
    handler: re.Pattern[str] | None
    table: re.Pattern[str] | None


@dataclass(frozen=True)
class AsksRow:
    """A branch that asks a condition, and the answer with which it is taken; without a condition it always has it.

    Of one that asks what was returned the answer is yes if that is not zero. It is so `because` a file has a text, and
    of branches `to` some labels only, if that says any.
    """

    text: re.Pattern[str]
    condition: str
    taken: bool
    because: tuple[str, re.Pattern[str]] | None = None
    to: re.Pattern[str] | None = None

    def asked_by(self, text: str, to: str) -> bool:
        """Whether a branch to a label is one of these, without the label and with its operands as what wrote them."""
        return self.text.fullmatch(text) is not None and (self.to is None or self.to.fullmatch(to) is not None)

    def holds(self, text_of: Callable[[str], str | None]) -> bool:
        """Whether a tree has what makes it so, by the text of its files."""
        return self.because is None or self.because[1].search(text_of(self.because[0]) or "") is not None


@dataclass(frozen=True)
class Leads:
    """Where one instruction leads: `to` is a label or function, empty if it is not known.

    One that is `conditional` may go on as well. A `handler` is a pattern of functions: it leads to the one of them that
    the path is of, if what is in its operands is of the `table`.
    """

    does: Does
    to: str
    conditional: bool
    slot: Slot = Slot.NONE
    handler: re.Pattern[str] | None = None
    table: re.Pattern[str] | None = None


@dataclass(frozen=True)
class InstructionSet:
    """The instructions of one architecture; what each key says is in gen/facts/schema.json, `instruction_set`."""

    include: tuple[str, ...]
    files: tuple[str, ...]
    always: tuple[str, ...]
    flow: tuple[FlowRow, ...]
    asks: tuple[AsksRow, ...]
    answers: tuple[AsksRow, ...]
    link: str
    links: tuple[re.Pattern[str], ...]
    targets: tuple[re.Pattern[str], ...]
    placed: tuple[str, ...]
    inner: re.Pattern[str] | None
    told_apart: re.Pattern[str] | None
    flags: re.Pattern[str] | None
    stores: re.Pattern[str] | None
    loads: re.Pattern[str] | None
    saved: re.Pattern[str] | None
    alias: re.Pattern[str] | None
    updates: re.Pattern[str] | None
    may_write: re.Pattern[str] | None
    kept: re.Pattern[str] | None
    pushes: re.Pattern[str] | None
    pops: re.Pattern[str] | None
    top: re.Pattern[str] | None
    writes_last: bool
    noreorder: bool
    tied: frozenset[str]

    def leads(self, text: str) -> Leads | None:
        """Where an instruction in its normal form leads; None if it just goes on."""
        for row in self.flow:
            if match := row.text.fullmatch(text):
                groups = match.groupdict()
                return Leads(row.does, groups.get("to") or "", bool(groups.get("if")), row.slot, row.handler, row.table)
        return None

    def target(self, operation: str, operands: list[str]) -> str | None:
        """The operand that an instruction writes; None if it writes none."""
        if not operands or (self.stores and self.stores.fullmatch(operation)):
            return None
        return operands[-1 if self.writes_last else 0]

    def writes(self, operation: str, operands: list[str], register: str) -> bool:
        """Whether an instruction writes a register, by any of its names, or the top of the stack."""
        target = self.target(operation, operands)
        if register == TOP:
            by_memory = target is not None and self.top is not None and self.top.fullmatch(target)
            return bool(by_memory or (self.pushes and self.pushes.fullmatch(operation)))
        return target is not None and self.register(target) == register

    def register(self, operand: str) -> str:
        """A register by what all its names have in common, any other operand as it is."""
        match = self.alias.fullmatch(operand) if self.alias else None
        return match[1] if match else operand

    def sources(self, operation: str, operands: list[str]) -> list[str]:
        """The operands that an instruction reads: of two, some `update` the first; what `may_write` that reads it."""
        if self.pops and self.pops.fullmatch(operation) and not operands:
            return [TOP]
        updates = len(operands) == 2 and self.updates is not None and self.updates.fullmatch(operation)
        updates = updates or (self.may_write is not None and self.may_write.fullmatch(operation))
        if updates or self.target(operation, operands) is None:
            return operands
        return operands[:-1] if self.writes_last else operands[1:]


def instruction_set(root: doc.Mapping) -> InstructionSet | None:
    """The instructions that the facts of an architecture have under `assembly`; None if they have none."""
    if "assembly" not in root:
        return None
    told = mapping_at(root, "assembly")
    flow = [cast(doc.Mapping, each) for each in list_at(told, "flow")]
    return InstructionSet(
        include=names_at(told, "include"),
        files=names_at(told, "files"),
        always=names_at(told, "always"),
        flow=tuple(map(_flow_row, flow)),
        asks=_asking(told, "asks"),
        answers=_asking(told, "answers"),
        link=text_at(told, "link"),
        links=tuple(map(re.compile, names_at(told, "links"))),
        targets=tuple(map(re.compile, names_at(told, "targets"))),
        placed=names_at(told, "placed"),
        inner=_pattern(told, "inner"),
        told_apart=_pattern(told, "told_apart"),
        flags=_pattern(told, "flags"),
        stores=_pattern(told, "stores"),
        loads=_pattern(told, "loads"),
        saved=_pattern(told, "saved"),
        alias=_pattern(told, "alias"),
        updates=_pattern(told, "updates"),
        may_write=_pattern(told, "may_write"),
        kept=_pattern(told, "kept"),
        pushes=_pattern(told, "pushes"),
        pops=_pattern(told, "pops"),
        top=_pattern(told, "top"),
        writes_last=flag_at(told, "writes_last"),
        noreorder=flag_at(told, "noreorder"),
        tied=frozenset(names_at(told, "tied")),
    )


def _flow_row(row: doc.Mapping) -> FlowRow:
    slot = Slot(text_at(row, "slot")) if "slot" in row else Slot.NONE
    text, does = re.compile(text_at(row, "text")), Does(text_at(row, "does"))
    return FlowRow(text, does, slot, _pattern(row, "handler"), _pattern(row, "table"))


def _asking(told: doc.Mapping, key: str) -> tuple[AsksRow, ...]:
    return tuple(_asks_row(cast(doc.Mapping, each)) for each in list_at(told, key))


def _asks_row(row: doc.Mapping) -> AsksRow:
    because = mapping_at(row, "because")
    reason = (text_at(because, "file"), re.compile(text_at(because, "text"))) if "because" in row else None
    pattern, to = re.compile(text_at(row, "text")), _pattern(row, "to")
    return AsksRow(pattern, text_at(row, "condition"), flag_at(row, "taken"), reason, to)


def _pattern(told: doc.Mapping, key: str) -> re.Pattern[str] | None:
    return re.compile(text_at(told, key)) if key in told else None
