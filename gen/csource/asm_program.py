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

from gen.csource.asm_text import LONGEST, WORD, Dialect, alternatives_of, arguments_of, parted, with_arguments
from gen.csource.conditions import Atom, Formula, Not, condition_of, contradict, every, negated, value
from gen.csource.gas import (
    Define,
    Fork,
    Instruction,
    Item,
    Macro,
    NotGasError,
    Repeat,
    Section,
    Setting,
    Test,
    Text,
    read_define,
)

MOST_LINES = 60_000
"""Instructions of a file, and uses of macros, when it is expanded; powerpc's exceptions-64s.S has some 20,000."""

MOST_PASTED = 40_000
"""Characters that a #define comes to with its arguments; one that comes to more is an instruction that nobody knows."""

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
    """One line of a program; `other` is where a fork goes if it does not `ask` what is so, or a jump goes.

    Its place is that of the use, if a macro of a header has it.
    One in `noreorder` has what stands behind it in its delay slot, if it has one; else the assembler fills that.
    """

    kind: Kind
    text: str = ""
    source: Text | None = None
    offset: int = 0
    asks: Formula = True
    other: int = -1
    noreorder: bool = False
    order: int = 0


@dataclass(frozen=True)
class Program:
    """The lines of a file, and where its labels are; `given` is what is so where a label is at a line.

    Lines stand section by section; by their `order` they are as they were written, and so are labels that are numbers
    (`numbered`, each with its order and line). `renamed` are names that a #define gives another one, whatever is so.
    """

    lines: tuple[Line, ...]
    labels: Mapping[str, tuple[int, ...]]
    given: Mapping[tuple[str, int], Formula]
    numbered: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)

    def places(self, label: str, at: int) -> tuple[int, ...]:
        """Where a branch of line `at` to a label goes: several places if #if lines choose, none if it is not here.

        `1f` is the next 1, and `1b` the one before.
        """
        match = re.fullmatch(r"(\d+)([fb])", label)
        if match is None:
            return () if label.isdigit() else self.labels.get(label, ())
        there = self.numbered.get(match[1], ())
        index = bisect_right(there, (self.lines[at].order, len(self.lines))) - (match[2] == "b")
        return tuple(line for _, line in there[index : index + 1]) if index >= 0 else ()


def program_of(
    file: str,
    items: Sequence[Item],
    headers: Iterable[Sequence[Item]],
    dialect: Dialect,
    decided: Mapping[str, bool],
    kept: re.Pattern[str] | None = None,
) -> Program:
    """A file's items expanded with the macros of its headers, but for those that are `kept`. TooLongError.

    `decided` answers what #if lines ask.
    """
    making = _Making(dialect, decided, kept)
    try:
        for header in headers:
            making.collect(header, True)
        making.expand(items, True, {}, 0)
        return making.program()
    except _TooManyError as error:
        raise TooLongError(f"{file} has more than {MOST_LINES:,} instructions") from error


class TooLongError(Exception):
    """A program with more lines than it may have; the message says which."""


class _TooManyError(Exception):
    """One line too many."""


_NONE: Mapping[str, str] = {}

_Arm = tuple[Formula, Sequence[Item], Mapping[str, str]]
"""What is so, the items for that, and what the parameters in them stand for."""


@dataclass
class _List:
    """Lines that follow each other; others of them are elsewhere."""

    lines: list[Line] = field(default_factory=list)
    others: dict[int, tuple[_List, int]] = field(default_factory=dict)


class _Making:
    def __init__(self, dialect: Dialect, decided: Mapping[str, bool], kept: re.Pattern[str] | None) -> None:
        self.dialect = dialect
        self.decided = decided
        self.kept = kept
        self.macros: dict[str, list[tuple[Formula, Macro, Mapping[str, str]]]] = {}
        self.defines: dict[str, list[tuple[Formula, Define]]] = {}
        self.section = self.before = ".text"
        self.here = _List()
        self.sections: dict[str, _List] = {".text": self.here}
        self.outside: list[tuple[str, str]] = []
        self.labels: dict[str, list[tuple[_List, int, Formula]]] = {}
        self.numbered: dict[str, list[tuple[int, _List, int]]] = {}
        self.noreorder = False
        self.pushed: tuple[bool, ...] = ()
        self.use: tuple[Text, int] | None = None
        self.count = self.uses = 0

    # What headers define.

    def collect(self, items: Iterable[Item], given: Formula, values: Mapping[str, str] = _NONE) -> None:
        """Takes the macros of a header; `values` are those of what repeats it."""
        for item in items:
            match item:
                case Macro() | Define():
                    self._define(item, given, values)
                case Repeat():
                    for each in _times(item, {}) or ():
                        self._count()
                        self.collect(item.body, given, each)
                case Fork(arms=arms):
                    left = given
                    for asks, inner in self._open(arms):
                        self.collect(inner, left if _is_guard(asks, inner) else every(left, asks), values)
                        left = every(left, negated(asks))

    def _define(self, item: Macro | Define, given: Formula, values: Mapping[str, str]) -> None:
        if isinstance(item, Macro):
            name = with_arguments(item.name, values).lower()  # gas does not tell letters of a macro's name apart
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
        """Adds what some items come to; _TooManyError."""
        for item in items:
            match item:
                case Instruction():
                    self._instruction(item, given, values, depth)
                case Macro() | Define():
                    self._define(item, given, values)
                case Fork(arms):
                    chosen = [(*each, values) for each in self._open(arms)]
                    self._fork(chosen, given, depth, Line(Kind.FORK, "#if", *self._place(item)))
                case Test(arms):
                    chosen = [(*each, values) for each in self._open(self._tested(arms, values))]
                    self._fork(chosen, given, depth, Line(Kind.FORK, ".if", *self._place(item)))
                case Repeat():
                    times = _times(item, values)
                    if times is None:  # nobody knows what that is
                        self._add(Line(Kind.CODE, item.header, *self._place(item)))
                    for each in _once(item) if times is None else times:
                        self._count()
                        self.expand(item.body, given, {**values, **each}, depth)
                case Section() | Setting():
                    self._directive(item)

    def _directive(self, item: Section | Setting) -> None:
        if isinstance(item, Section):
            self._section(item.word, item.name)
        else:
            self._setting(item.word)

    def _fork(self, arms: Iterable[_Arm], given: Formula, depth: int, line: Line) -> None:
        here, section = self.here, self.section
        ends: list[int] = []
        setting = self.noreorder, self.pushed
        for asks, items, values in arms:
            fork = len(here.lines)
            self.noreorder, self.pushed = setting
            if asks is not True:
                self._add(replace(line, asks=asks))
            self.expand(items, every(given, asks), values, depth)
            given = every(given, negated(asks))
            if ends or asks is not True:  # an arm may not say where text comes back
                self.here, self.section = here, section
            if asks is not True:
                ends.append(len(here.lines))
                self._add(Line(Kind.JUMP))
                here.others[fork] = (here, len(here.lines))
        for end in ends:
            here.others[end] = (here, len(here.lines))

    def _add(self, line: Line) -> None:
        self._count()
        self.here.lines.append(replace(line, order=self.count))

    def _count(self, text: str = "") -> None:
        """Counts a line, a use, a label or a repetition; a long text counts as many."""
        self.count += 1 + len(text) // LONGEST
        if self.count > MOST_LINES:
            raise _TooManyError

    def _section(self, word: str, name: str) -> None:
        """Text goes on in another section; what a section has stands together, wherever it was written."""
        match word:
            case ".popsection":
                self.section, self.before = self.outside.pop() if self.outside else (self.section, self.before)
            case ".previous":
                self.section, self.before = self.before, self.section
            case ".pushsection":
                self.outside.append((self.section, self.before))
                self.section, self.before = name, self.section
            case ".subsection":
                self.section, self.before = f"{self.section} {name}", self.section
            case _:
                self.section, self.before = name or word, self.section
        self.here = self.sections.setdefault(self.section, _List())

    def _setting(self, word: str) -> None:
        match word:
            case "push":
                self.pushed = (*self.pushed, self.noreorder)
            case "pop":
                *pushed, self.noreorder = self.pushed or (self.noreorder,)
                self.pushed = tuple(pushed)
            case _:
                self.noreorder = word == "noreorder"

    def _instruction(self, item: Instruction, given: Formula, values: Mapping[str, str], depth: int) -> None:
        for label in item.labels:
            self._count()
            name = with_arguments(label, values) if values else label
            self.labels.setdefault(name, []).append((self.here, len(self.here.lines), given))
            if name.isdigit():
                self.numbered.setdefault(name, []).append((self.count, self.here, len(self.here.lines)))
        text = with_arguments(item.text[:LONGEST], values) if values else item.text
        operation = with_arguments(item.operation, values) if values else item.operation
        if not text:
            return
        is_whole = len(item.text) <= LONGEST and len(text) <= LONGEST
        if not is_whole:
            self._count(text)
            text = f"... {text[:40]}"  # nobody knows that
        is_kept = self.kept is not None and self.kept.fullmatch(operation)
        is_followed = is_whole and not is_kept and depth < DEEPEST
        rest = text.lstrip()[len(operation) :]
        if is_followed and (arms := self._arms(item, operation, rest)):
            self._count()
            outside, (source, offset) = self.use, self._place(item)
            self.use = source, offset
            self._chosen(arms, given, depth + 1, Line(Kind.FORK, operation, source, offset))
            self.use = outside
        else:
            text = f"... {text[:40]}" if self._brings_more(rest) else text
            self._add(Line(Kind.CODE, text, *self._place(item), noreorder=self.noreorder))

    def _brings_more(self, operands: str) -> bool:
        """Whether a #define among some operands has more than one statement: nobody knows what that comes to."""
        defined = (each for word in WORD.findall(operands) for each in self.defines.get(word, ()))
        return any(define.has_more and define.parameters is None for _, define in defined)

    def _place(self, item: Instruction | Fork | Test | Repeat) -> tuple[Text, int]:
        """Where an item is written, or the innermost use of what has it that is not in a header."""
        here = item.source, item.offset
        return self.use if self.use and item.source.is_header else here

    def _arms(self, item: Instruction, operation: str, rest: str) -> list[_Arm]:
        """What an instruction chooses among, or what its name stands for; nothing if that is itself."""
        if not self.dialect.alternatives.fullmatch(operation):
            return list(self._stands_for(operation, rest))
        at = Define(operation, None, "", item.source, item.offset)
        arms: list[_Arm] = []
        for code, feature in alternatives_of(rest):
            asks = condition_of(f"#if {feature}", None) if feature else True
            try:
                arms.append((asks, read_define(at, code, self.dialect), {}))
            except NotGasError:
                return []
        return arms[::-1]

    def _stands_for(self, operation: str, rest: str) -> Iterator[_Arm]:
        """What a macro of that name stands for, the assembler's own before those of cpp; nothing if there is none."""
        if macros := self.macros.get(operation.lower()):
            self.uses += 1
            for asks, macro, outer in macros:
                yield asks, macro.body, {**outer, **arguments_of(rest, macro.parameters), "@": str(self.uses)}
        else:
            yield from self._substituted(self.defines.get(operation, ()), rest)

    def _chosen(self, arms: Sequence[_Arm], given: Formula, depth: int, line: Line) -> None:
        """What one of several definitions stands for; the last is taken if no other is, or if it is the only one."""
        *others, (_, items, values) = arms
        self._fork([*others, (True, items, values)], given, depth, line)

    def _substituted(self, defined: Iterable[tuple[Formula, Define]], rest: str) -> Iterator[_Arm]:
        for asks, define in defined:
            self._count()
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
            self._count(body)
            if len(body) > MOST_PASTED:
                continue
            try:
                yield asks, read_define(define, body, self.dialect), {}
            except NotGasError:
                continue

    def _tested(
        self, arms: Iterable[tuple[str, tuple[Item, ...]]], values: Mapping[str, str]
    ) -> Iterator[tuple[Formula, tuple[Item, ...]]]:
        for line, items in arms:
            yield _asked(with_arguments(line, values) if values else line, self.defines), items

    def program(self) -> Program:
        """All lists one behind the other."""
        begins: dict[int, int] = {}
        lines: list[Line] = []
        for each in self.sections.values():
            begins[id(each)] = len(lines)
            lines += [*each.lines, Line(Kind.STOP)]
        for each in self.sections.values():
            for index, (where, other) in each.others.items():
                number = begins[id(each)] + index
                line = lines[number]
                lines[number] = replace(line, other=begins[id(where)] + other)
        given = {
            (name, begins[id(where)] + index): formula
            for name, places in self._named().items()
            for where, index, formula in places
        }
        places: dict[str, list[int]] = {}
        for name, place in sorted(given):
            places.setdefault(name, []).append(place)
        numbered = {
            name: tuple((order, begins[id(where)] + index) for order, where, index in each)
            for name, each in self.numbered.items()
        }
        sole = {name: _renamed(defined) for name, defined in self.defines.items() if len(defined) == 1}
        renamed = {name: others[0][0] for name, others in sole.items() if others and others[0][1] is True}
        labels = {name: tuple(each) for name, each in places.items()}
        return Program(tuple(lines), labels, given, numbered, renamed)

    def _named(self) -> Mapping[str, list[tuple[_List, int, Formula]]]:
        """The labels by all names that they may have: a #define may give a label, or those who jump to it, another."""
        found: dict[str, list[tuple[_List, int, Formula]]] = {}
        renamed = {name: _renamed(defined) for name, defined in self.defines.items()}
        for name, places in self.labels.items():
            others = renamed.get(name, [])
            names = [*others, (name, every(*(negated(asks) for _, asks in others)))]
            self._name(found, names, places)
        for name, others in renamed.items():
            for other, asks in others:
                self._name(found, [(name, asks)], self.labels.get(other, ()))
        return found

    def _name(
        self,
        found: dict[str, list[tuple[_List, int, Formula]]],
        names: Sequence[tuple[str, Formula]],
        places: Iterable[tuple[_List, int, Formula]],
    ) -> None:
        for where, index, given in places:
            for name, asks in names:
                self._count()
                if not contradict(given, asks):
                    found.setdefault(name, []).append((where, index, every(given, asks)))


def _renamed(defined: Iterable[tuple[Formula, Define]]) -> list[tuple[str, Formula]]:
    """The names that a #define gives what has its own, and what is so where it does."""
    bodies = [(define.text.strip(), asks) for asks, define in defined if define.parameters is None]
    return [(body, asks) for body, asks in bodies if re.fullmatch(r"[A-Za-z_.$][\w.$]*", body)]


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


def _once(item: Repeat) -> list[dict[str, str]]:
    """Once for each time of a .rept that nobody can count."""
    return [{}] if item.header.partition(" ")[0] in {".rept", ".rep"} else []


def _times(item: Repeat, values: Mapping[str, str]) -> list[dict[str, str]] | None:
    """What the parameter of a .irp stands for each time, and nothing for each time of a .rept; None if nobody knows."""
    word, _, rest = with_arguments(item.header, values).partition(" ")
    if word == ".irp":
        name, *given = re.split(r"\s*,\s*|\s+", rest.strip())
        return [{name: each} for each in given]
    is_known = word in {".rept", ".rep"} and re.fullmatch(r"[0-9]{1,9}", rest.strip()) and int(rest) <= MOST_REPEATS
    return [{} for _ in range(int(rest))] if is_known else None


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
