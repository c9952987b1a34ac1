"""What is known of an architecture's entry code before its tree is read: facts of the hardware, in a spec's notation.

The files are gen/facts/entry/<architecture>.yaml. A spec that a user names says more, and what it says counts first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import cast

from gen.diagnostics import Sink, Span
from gen.model.entry import Block, InterruptClass, Whence
from gen.resources import entry_facts_directory
from gen.spec import document as doc
from gen.spec.instruction_set import InstructionSet, instruction_set
from gen.spec.notation import Builder, Meaning, flag_at, interrupt_class, list_at, mapping_at, names_at, text_at


@dataclass(frozen=True)
class EntryRow:
    r"""What enters by the functions that a pattern names, that a macro of that name defines, or that are in a file.

    `masked` is what the hardware has closed by then. One that `dispatches` only chooses among other entries, one that
    is `inner` is an entry although another one leads to it, and one that is a `part` of others is none. `config` are
    the options that a kernel has in which it enters there. `label` are the labels of assembly that lead to a function,
    as a template for a pattern: `handle_\1`. `answers` say what assembly finds out about such an entry: yes, no, or
    what another condition says.
    """

    symbol: re.Pattern[str] | None
    macro: re.Pattern[str] | None
    file: re.Pattern[str] | None
    kind: str
    whence: Whence
    interrupt_class: str
    masked: tuple[str, ...]
    dispatches: bool
    inner: bool
    part: bool
    span: Span = field(compare=False)
    config: Mapping[str, bool] = field(default_factory=dict, compare=False)
    label: str = ""
    answers: Mapping[str, bool | str] = field(default_factory=dict, compare=False)

    def matches(self, symbol: str, macro: str, file: str) -> bool:
        """Whether it is about a function of this name in a file, which this macro defines (empty if none does)."""
        asked = ((self.symbol, symbol), (self.macro, macro), (self.file, file))
        return all(pattern is None or pattern.fullmatch(text) for pattern, text in asked)

    def labels(self, symbol: str) -> re.Pattern[str] | None:
        """The labels of assembly that lead to a function of this name; None if nobody says."""
        match = self.symbol.fullmatch(symbol) if self.symbol else None
        return re.compile(match.expand(self.label)) if match and self.label else None


@dataclass(frozen=True)
class Machine:
    """What instructions do, by patterns of a whole one, of which the first decides; and which `control` interrupts.

    Of one that none matches, those of `by_value` say it, in which an operand is written as what wrote it.
    A pattern in `control` names the registers, and bits of them, by which interrupts are closed or opened. `assembly`
    is how instructions lead on in a file of assembly, None if nobody says.
    """

    instructions: tuple[tuple[re.Pattern[str], Block], ...] = ()
    control: re.Pattern[str] | None = None
    assembly: InstructionSet | None = None
    by_value: tuple[tuple[re.Pattern[str], Block], ...] = ()

    def instruction(self, text: str) -> Block | None:
        """The steps of an instruction, with single blanks; None if it is not known what it does."""
        return _first(self.instructions, text)

    def written(self, text: str) -> Block | None:
        """The same by what is in its operands."""
        return _first(self.by_value, text)

    def controls(self, text: str) -> bool:
        """Whether some C names what closes or opens interrupts."""
        return self.control is not None and self.control.search(text) is not None


@dataclass(frozen=True)
class EntryFacts:
    """The facts of one architecture; `folder` is its folder in arch/, `config` are options that its port always has."""

    arch: str
    folder: str
    classes: Mapping[str, InterruptClass]
    calls: tuple[Meaning, ...]
    rows: tuple[EntryRow, ...]
    config: Mapping[str, bool]
    machine: Machine


def known_entry_facts() -> tuple[str, ...]:
    """The architectures that there are facts of."""
    return tuple(sorted(path.stem for path in entry_facts_directory().glob("*.yaml")))


@cache
def entry_facts(arch: str) -> EntryFacts | None:
    """The facts of an architecture, by its name or its folder in arch/; None if there are none."""
    for name in known_entry_facts():
        if name == arch or _folder(name) == arch:
            return _read(entry_facts_directory() / f"{name}.yaml", name)
    return None


@cache
def _folder(name: str) -> str:
    """The folder in arch/ of an architecture, by a look at its file's lines."""
    found = re.search(
        r"^folder: (\w+)$", (entry_facts_directory() / f"{name}.yaml").read_text(encoding="utf-8"), re.MULTILINE
    )
    return found[1] if found else name


def _read(path: Path, arch: str) -> EntryFacts:
    sink = Sink()
    root = cast(doc.Mapping, doc.read_document(f"gen/facts/entry/{path.name}", path.read_bytes(), sink))
    builder = Builder(sink)
    masked = names_at(root, "masked")
    return EntryFacts(
        arch=arch,
        folder=text_at(root, "folder"),
        classes={name: interrupt_class(root, name) for name in mapping_at(root, "classes").entries},
        calls=tuple(builder.meaning(root, each) for each in mapping_at(root, "calls").entries),
        rows=tuple(_row(cast(doc.Mapping, node), masked) for node in cast(doc.Sequence, root.value("entries")).items),
        config=_config(root),
        machine=_machine(root, builder),
    )


def _first(rows: Iterable[tuple[re.Pattern[str], Block]], text: str) -> Block | None:
    return next((block for pattern, block in rows if pattern.fullmatch(text)), None)


def _machine(root: doc.Mapping, builder: Builder) -> Machine:
    def rows(key: str) -> tuple[tuple[re.Pattern[str], Block], ...]:
        told = mapping_at(root, key)
        return tuple((re.compile(text), builder.block(list_at(told, text))) for text in told.entries)

    control = text_at(root, "control")
    return Machine(
        rows("instructions"),
        re.compile(rf"\b(?:{control})\b") if control else None,
        instruction_set(root),
        rows("by_value"),
    )


def _row(entry: doc.Mapping, masked: tuple[str, ...]) -> EntryRow:
    return EntryRow(
        symbol=_pattern(entry, "symbol"),
        macro=_pattern(entry, "macro"),
        file=_pattern(entry, "file"),
        kind=text_at(entry, "kind"),
        whence=Whence(text_at(entry, "whence") or Whence.ANY.value),
        interrupt_class=text_at(entry, "class"),
        masked=names_at(entry, "masked") if "masked" in entry else masked,
        dispatches=flag_at(entry, "dispatches"),
        inner=flag_at(entry, "inner"),
        part=flag_at(entry, "part"),
        config=_config(entry),
        label=text_at(entry, "label"),
        answers=_answers(mapping_at(entry, "answers")),
        span=entry.span,
    )


def _config(node: doc.Mapping) -> Mapping[str, bool]:
    told = mapping_at(node, "config")
    return {name: flag_at(told, name) for name in told.entries}


def _answers(told: doc.Mapping) -> Mapping[str, bool | str]:
    said = {name: text_at(told, name) for name in told.entries}
    return {name: flag_at(told, name) if text in {"true", "false"} else text for name, text in said.items()}


def _pattern(entry: doc.Mapping, key: str) -> re.Pattern[str] | None:
    return re.compile(text_at(entry, key)) if key in entry else None
