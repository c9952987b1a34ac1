"""A file of kernel assembly as one list of instructions: macros expanded, where #if lines choose a fork.

All configurations are in the list at once: it is what the assembler would see, with a fork in the place of each choice
that `decided` leaves open. Nothing is raised for text that cannot be expanded; a line of it is an instruction that
nobody knows.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from gen.csource.asm_text import Dialect, arguments_of, parted, with_arguments
from gen.csource.conditions import Atom, Formula, Not, condition_of, every, negated, value
from gen.csource.gas import (
    Define,
    Fork,
    Instruction,
    Item,
    Macro,
    NotGasError,
    Repeat,
    Section,
    Test,
    Text,
    read_define,
)

MOST_LINES = 60_000
"""Instructions of a file, and uses of macros, when it is expanded; powerpc's exceptions-64s.S has some 20,000."""

LONGEST = 2_000
"""Characters of an instruction or a #define that is expanded."""

DEEPEST = 24
"""Macros inside each other."""

MOST_REPEATS = 1_000
"""Times that a .rept is followed."""


class Kind(Enum):
    """What a line is: an instruction, a choice between the next line and another one, a way there, or an end."""

    CODE = "code"
    FORK = "fork"
    JUMP = "jump"
    STOP = "stop"


@dataclass(frozen=True)
class Line:
    """One line of a program; `other` is where a fork goes if it does not `ask` what is so, or a jump goes."""

    kind: Kind
    text: str = ""
    source: Text | None = None
    offset: int = 0
    asks: Formula = True
    other: int = -1


@dataclass(frozen=True)
class Program:
    """The lines of a file, and where its labels are."""

    file: str
    lines: tuple[Line, ...]
    labels: Mapping[str, tuple[int, ...]]
    is_whole: bool = True

    def places(self, label: str, at: int) -> tuple[int, ...]:
        """Where a branch of line `at` to a label goes: several places if #if lines choose, none if it is not here.

        `1f` is the next 1, and `1b` the one before.
        """
        match = re.fullmatch(r"(\d+)([fb])", label)
        if match is None:
            return () if label.isdigit() else self.labels.get(label, ())
        there = self.labels.get(match[1], ())
        index = bisect_right(there, at) if match[2] == "f" else bisect_right(there, at) - 1
        return there[index : index + 1] if index >= 0 else ()


def program_of(
    file: str, items: Sequence[Item], headers: Iterable[Sequence[Item]], dialect: Dialect, decided: Mapping[str, bool]
) -> Program:
    """A file's items expanded with the macros of its headers; `decided` answers what #if lines ask."""
    making = _Making(dialect, decided)
    for header in headers:
        making.collect(header, True)
    is_whole = True
    try:
        making.expand(items, True, {}, 0)
    except _TooLongError:
        is_whole = False
    return making.program(file, is_whole)


class _TooLongError(Exception):
    """More lines than a program may have."""


_ENDS = {".pushsection": ".popsection", ".subsection": ".previous"}
_NONE: Mapping[str, str] = {}
_CHOICE = Line(Kind.FORK)
"""Where macros choose, of which no line says so."""

_Arm = tuple[Formula, Sequence[Item], Mapping[str, str]]
"""What is so, the items for that, and what the parameters in them stand for."""


@dataclass
class _List:
    """Lines that follow each other; others of them are elsewhere."""

    lines: list[Line] = field(default_factory=list)
    others: dict[int, tuple[_List, int]] = field(default_factory=dict)


class _Making:
    def __init__(self, dialect: Dialect, decided: Mapping[str, bool]) -> None:
        self.dialect = dialect
        self.decided = decided
        self.macros: dict[str, list[tuple[Formula, Macro, Mapping[str, str]]]] = {}
        self.defines: dict[str, list[tuple[Formula, Define]]] = {}
        self.main = self.here = _List()
        self.aside: list[_List] = []
        self.outside: list[tuple[str, _List]] = []
        self.labels: dict[str, list[tuple[_List, int]]] = {}
        self.count = self.uses = 0

    # What headers define.

    def collect(self, items: Iterable[Item], given: Formula, values: Mapping[str, str] = _NONE) -> None:
        """Takes the macros of a header; `values` are those of what repeats it."""
        for item in items:
            match item:
                case Macro() | Define():
                    self._define(item, given, values)
                case Repeat():
                    for each in _times(item, {}):
                        self.collect(item.body, given, each)
                case Fork(arms=arms):
                    left = given
                    for asks, inner in self._open(arms):
                        self.collect(inner, left if _is_guard(asks, inner) else every(left, asks), values)
                        left = every(left, negated(asks))

    def _define(self, item: Macro | Define, given: Formula, values: Mapping[str, str]) -> None:
        if isinstance(item, Macro):
            name = with_arguments(item.name, values)
            known, new = self.macros.get(name, []), (given, item, values)
            self.macros[name] = [new] if given is True else [*known, new]
        else:
            defined, one = self.defines.get(item.name, []), (given, item)
            self.defines[item.name] = [one] if given is True else [*defined, one]

    def _open(self, arms: Iterable[tuple[Formula, tuple[Item, ...]]]) -> Iterator[tuple[Formula, tuple[Item, ...]]]:
        """The arms that may be so; one that is so is the last."""
        for asks, items in arms:
            answer = value(asks, self.decided)
            if answer is not False:
                yield (True if answer else asks), items
            if answer:
                return

    # The lines.

    def expand(self, items: Iterable[Item], given: Formula, values: Mapping[str, str], depth: int) -> None:
        """Adds what some items come to; _TooLongError."""
        for item in items:
            match item:
                case Instruction():
                    self._instruction(item, given, values, depth)
                case Macro() | Define():
                    self._define(item, given, values)
                case Fork(arms, source, offset):
                    self._fork(
                        [(*each, values) for each in self._open(arms)],
                        given,
                        depth,
                        Line(Kind.FORK, "#if", source, offset),
                    )
                case Test(arms):
                    self._fork([(*each, values) for each in self._open(self._tested(arms, values))], given, depth)
                case Repeat():
                    for each in _times(item, values):
                        self.expand(item.body, given, {**values, **each}, depth)
                case Section(word):
                    self._section(word)

    def _fork(self, arms: Iterable[_Arm], given: Formula, depth: int, line: Line = _CHOICE) -> None:
        here, ends = self.here, []
        for asks, items, values in arms:
            fork = len(here.lines)
            if asks is not True:
                self._add(replace(line, asks=asks))
            self.expand(items, every(given, asks), values, depth)
            given = every(given, negated(asks))
            self.here = here  # a .pushsection that the arm does not close
            if asks is not True:
                ends.append(len(here.lines))
                self._add(Line(Kind.JUMP))
                here.others[fork] = (here, len(here.lines))
        for end in ends:
            here.others[end] = (here, len(here.lines))

    def _add(self, line: Line) -> None:
        self._count()
        self.here.lines.append(line)

    def _count(self) -> None:
        self.count += 1
        if self.count > MOST_LINES:
            raise _TooLongError

    def _section(self, word: str) -> None:
        if word in _ENDS:
            self.outside.append((word, self.here))
            self.here = _List()
            self.aside.append(self.here)
        elif self.outside and _ENDS[self.outside[-1][0]] == word:
            self.here = self.outside.pop()[1]

    def _instruction(self, item: Instruction, given: Formula, values: Mapping[str, str], depth: int) -> None:
        for label in item.labels:
            name = with_arguments(label, values) if values else label
            self.labels.setdefault(name, []).append((self.here, len(self.here.lines)))
        text = with_arguments(item.text, values) if values else item.text
        operation = with_arguments(item.operation, values) if values else item.operation
        if not text:
            return
        is_followed = depth < DEEPEST and len(text) <= LONGEST
        if is_followed and (arms := list(self._stands_for(operation, text.lstrip()[len(operation) :]))):
            self._count()
            self._chosen(arms, given, depth + 1)
        else:
            self._add(Line(Kind.CODE, text, item.source, item.offset))

    def _stands_for(self, operation: str, rest: str) -> Iterator[_Arm]:
        """What a macro of that name stands for, the assembler's own before those of cpp; nothing if there is none."""
        if macros := self.macros.get(operation):
            self.uses += 1
            for asks, macro, outer in macros:
                yield asks, macro.body, {**outer, **arguments_of(rest, macro.parameters), "@": str(self.uses)}
        else:
            yield from self._substituted(self.defines.get(operation, ()), rest)

    def _chosen(self, arms: Sequence[_Arm], given: Formula, depth: int) -> None:
        """What one of several definitions stands for; the last is taken if no other is, or if it is the only one."""
        *others, (_, items, values) = arms
        self._fork([*others, (True, items, values)], given, depth)

    def _substituted(self, defined: Iterable[tuple[Formula, Define]], rest: str) -> Iterator[_Arm]:
        for asks, define in defined:
            if len(define.text) > LONGEST:
                continue
            body = define.text + rest
            if define.parameters is not None:
                match = re.fullmatch(r"\s*\((.*)\)\s*", rest, re.DOTALL)
                if match is None:  # the name alone stands for itself
                    continue
                given = [each.strip() for each in parted(match[1], ",", "(", ")")]
                if define.takes_all:
                    last = len(define.parameters) - 1
                    given[last:] = [",".join(given[last:])]
                body = _pasted(define.text, dict(zip(define.parameters, given, strict=False)))
            try:
                yield asks, read_define(define, body, self.dialect), {}
            except NotGasError:
                continue

    def _tested(
        self, arms: Iterable[tuple[str, tuple[Item, ...]]], values: Mapping[str, str]
    ) -> Iterator[tuple[Formula, tuple[Item, ...]]]:
        for line, items in arms:
            yield _asked(with_arguments(line, values) if values else line, self.defines), items

    def program(self, file: str, is_whole: bool) -> Program:
        """All lists one behind the other."""
        begins: dict[int, int] = {}
        lines: list[Line] = []
        for each in (self.main, *self.aside):
            begins[id(each)] = len(lines)
            lines += [*each.lines, Line(Kind.STOP)]
        for each in (self.main, *self.aside):
            for index, (where, other) in each.others.items():
                number = begins[id(each)] + index
                line = lines[number]
                lines[number] = replace(line, other=begins[id(where)] + other)
        labels = {
            name: tuple(sorted({begins[id(where)] + index for where, index in places}))
            for name, places in self.labels.items()
        }
        return Program(file, tuple(lines), labels, is_whole)


def _is_guard(asks: Formula, items: Sequence[Item]) -> bool:
    """Whether an #ifndef keeps a header from being read twice."""
    first = items[0] if items else None
    return isinstance(first, Define) and not first.text.strip() and asks == Not(Atom(first.name))


def _pasted(body: str, values: Mapping[str, str]) -> str:
    """The text of a #define with its arguments, pasted where ## says so."""
    if values:
        words = "|".join(map(re.escape, sorted(values, key=len, reverse=True)))
        body = re.sub(rf"\b(?:{words})\b", lambda match: values[match[0]], body)
    return re.sub(r"\s*##\s*", "", body)


def _times(item: Repeat, values: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """What the parameter of a .irp stands for, each time, or nothing as often as a .rept says."""
    word, _, rest = with_arguments(item.header, values).partition(" ")
    if word == ".irp":
        name, *given = re.split(r"\s*,\s*|\s+", rest.strip())
        yield from ({name: each} for each in given)
    elif rest.strip().isdigit():
        yield from ({} for _ in range(min(int(rest), MOST_REPEATS)))


def _asked(line: str, defines: Mapping[str, Sequence[tuple[Formula, Define]]]) -> Formula:
    """What a .if asks once its parameters are known."""
    word, _, rest = line.partition(" ")
    rest = rest.strip()
    match word:
        case ".else":
            return True
        case ".ifb" | ".ifnb":
            return (not rest) is (word == ".ifb")
        case ".ifc" | ".ifnc" | ".ifeqs" | ".ifnes":
            left, _, right = rest.partition(",")
            return (left.strip() == right.strip()) is (word in {".ifc", ".ifeqs"})
        case ".ifeq":
            return negated(_number(rest, defines))
        case ".if" | ".ifne" | ".elseif":
            return _number(rest, defines)
    return condition_of(f"#if {word[1:]}_{rest}", None)


def _number(text: str, defines: Mapping[str, Sequence[tuple[Formula, Define]]]) -> Formula:
    """What an expression of gas asks, with the numbers of #define lines."""

    def known(match: re.Match[str]) -> str:
        found = defines.get(match[0], ())
        plain = found[0][1].text.strip() if len(found) == 1 and found[0][1].parameters is None else ""
        return plain if re.fullmatch(r"\(?(?:0x)?[0-9a-fA-F]+\)?", plain) else match[0]

    return condition_of("#if " + re.sub(r"[A-Za-z_]\w*", known, text), None)
