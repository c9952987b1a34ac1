"""What the instructions of an assembly file do to the flow: facts of an architecture (gen/facts/entry/*.yaml)."""

from __future__ import annotations

import re
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


@dataclass(frozen=True)
class FlowRow:
    """Instructions that lead elsewhere."""

    text: re.Pattern[str]
    does: Does


@dataclass(frozen=True)
class AsksRow:
    """A branch that asks a condition, and the answer with which it is taken.

    Without a condition it asks what was returned, which is yes if it is not zero.
    """

    text: re.Pattern[str]
    condition: str
    taken: bool


@dataclass(frozen=True)
class Leads:
    """Where one instruction leads: `to` is a label or function, empty if it is not known.

    One that is `conditional` may go on as well.
    """

    does: Does
    to: str
    conditional: bool


@dataclass(frozen=True)
class InstructionSet:
    """The instructions of one architecture; what each key says is in gen/facts/schema.json, `instruction_set`."""

    include: tuple[str, ...]
    always: tuple[str, ...]
    flow: tuple[FlowRow, ...]
    asks: tuple[AsksRow, ...]
    answers: tuple[AsksRow, ...]
    link: str
    links: tuple[re.Pattern[str], ...]
    flags: re.Pattern[str] | None
    stores: re.Pattern[str] | None
    loads: re.Pattern[str] | None

    def leads(self, text: str) -> Leads | None:
        """Where an instruction in its normal form leads; None if it just goes on."""
        for row in self.flow:
            if match := row.text.fullmatch(text):
                groups = match.groupdict()
                return Leads(row.does, groups.get("to") or "", bool(groups.get("if")))
        return None

    def target(self, operation: str, operands: list[str]) -> str | None:
        """The operand that an instruction writes; None if it writes none."""
        if not operands or (self.stores and self.stores.fullmatch(operation)):
            return None
        return operands[0]


def instruction_set(root: doc.Mapping) -> InstructionSet | None:
    """The instructions that the facts of an architecture have under `assembly`; None if they have none."""
    if "assembly" not in root:
        return None
    told = mapping_at(root, "assembly")
    flow = [cast(doc.Mapping, each) for each in list_at(told, "flow")]
    return InstructionSet(
        include=names_at(told, "include"),
        always=names_at(told, "always"),
        flow=tuple(FlowRow(re.compile(text_at(each, "text")), Does(text_at(each, "does"))) for each in flow),
        asks=_asking(told, "asks"),
        answers=_asking(told, "answers"),
        link=text_at(told, "link"),
        links=tuple(map(re.compile, names_at(told, "links"))),
        flags=_pattern(told, "flags"),
        stores=_pattern(told, "stores"),
        loads=_pattern(told, "loads"),
    )


def _asking(told: doc.Mapping, key: str) -> tuple[AsksRow, ...]:
    rows = [cast(doc.Mapping, each) for each in list_at(told, key)]
    return tuple(
        AsksRow(re.compile(text_at(each, "text")), text_at(each, "condition"), flag_at(each, "taken")) for each in rows
    )


def _pattern(told: doc.Mapping, key: str) -> re.Pattern[str] | None:
    return re.compile(text_at(told, key)) if key in told else None
