"""Kernel assembly (.S) taken apart: instructions, macros and the lines of cpp and gas that choose among them.

What is here is a file as it is written; `gen.csource.asm_program` expands it. Directives that make no code are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from gen.csource.asm_text import LABEL, MACRO, OPERATION, Dialect, Statement, operation_of, parameters_of, statements_of
from gen.csource.conditions import Formula, condition_of
from gen.csource.tokens import Place, Source, directive_rest, directive_word

MOST_LABELS = 64
"""Labels before an instruction; what stands behind them is one that nobody knows."""


class NotGasError(Exception):
    """Text whose #if lines and macros do not nest; the message says where."""


@dataclass(frozen=True)
class Text:
    """A file that assembly is read from."""

    file: str
    source: Source = field(repr=False)

    @property
    def is_header(self) -> bool:
        """Whether other files use it for their own text."""
        return self.file.endswith(".h")

    def place(self, offset: int) -> Place:
        """A place of it."""
        return self.source.place(offset)

    def named(self, offset: int, name: str) -> tuple[int, str]:
        """A name in the line of an instruction, or the instruction itself if the name comes from a macro."""
        end = self.source.text.find("\n", offset)
        match = re.compile(rf"(?<![\w.$]){re.escape(name)}(?![\w.$])").search(
            self.source.text, offset, end if end >= 0 else len(self.source.text)
        )
        return (match.start(), name) if match else (offset, self.word(offset))

    def word(self, offset: int) -> str:
        """The instruction, or the use of a macro, at a place of it."""
        match = OPERATION.match(self.source.text, offset)
        return match[1] if match else ""


@dataclass(frozen=True)
class Instruction:
    """An instruction or the use of a macro, with the labels before it; without text they are all."""

    text: str
    operation: str
    labels: tuple[str, ...]
    source: Text
    offset: int


@dataclass(frozen=True)
class Fork:
    """What #if lines choose among: each arm with what it asks if none before it was so."""

    arms: tuple[tuple[Formula, tuple[Item, ...]], ...]
    source: Text
    offset: int


@dataclass(frozen=True)
class Test:
    """What .if lines choose among: each arm with its directive, which may name parameters."""

    arms: tuple[tuple[str, tuple[Item, ...]], ...]
    source: Text
    offset: int


@dataclass(frozen=True)
class Repeat:
    """What a .rept or .irp repeats, by its line."""

    header: str
    body: tuple[Item, ...]
    source: Text
    offset: int


@dataclass(frozen=True)
class Macro:
    """A .macro: its parameters with their defaults, and what it stands for."""

    name: str
    parameters: tuple[tuple[str, str], ...]
    body: tuple[Item, ...]


@dataclass(frozen=True)
class Define:
    """A #define: its parameters, None if it takes none, and its text. Where it `takes_all` the last takes the rest.

    A separator parts its text where it `has_more` than one statement; that of a continued line does not.
    """

    name: str
    parameters: tuple[str, ...] | None
    text: str
    source: Text
    offset: int
    takes_all: bool = False
    has_more: bool = False


@dataclass(frozen=True)
class Section:
    """Where text goes on elsewhere: a directive such as .pushsection or .previous, and the section that it names."""

    word: str
    name: str


@dataclass(frozen=True)
class Setting:
    """Whether the assembler may fill delay slots from here on: `noreorder` and `reorder`, kept by `push` and `pop`."""

    word: str


Item = Instruction | Fork | Test | Repeat | Macro | Define | Section | Setting

_REPEATS = dict.fromkeys((".rept", ".rep", ".irp", ".irpc"), ".rept")
_OPENING = {"#if": "#", "#ifdef": "#", "#ifndef": "#", ".macro": ".macro", **_REPEATS}
_ARMS = {"#elif": "#", "#else": "#", ".elseif": ".if", ".else": ".if"}
_CLOSING = {"#endif": "#", ".endm": ".macro", ".endmacro": ".macro", ".endr": ".rept", ".endif": ".if"}
_CODE = re.compile(
    r"\.(?:inst|insn)\b.*|\.(?:long|word|hword|short|byte|int|quad|octa|[248]byte|value|include|incbin"
    r"|ascii|asciz|string\d*|dc(?:\.\w)?|dcb(?:\.\w)?|float|double|single|exitm|end|altmacro)"
)
"""Directives that may be instructions, in numbers or in another file."""

_SECTIONS = frozenset({".pushsection", ".popsection", ".section", ".subsection", ".previous", ".text", ".data", ".bss"})

_SETTING = re.compile(r"\s*\.set\s+(push|pop|reorder|noreorder)\s*")

_DEFINE = re.compile(r"\s*#\s*define\s+(\w+)(\([^()\n]*\))?(.*)", re.DOTALL)
# `tsk .req r9` names a register.
_ALIAS = re.compile(r"\s*[\w.$]+\s+\.(?:req|unreq|dn|qn)\b")
_ASSEMBLED = re.compile(r"\b__ASSEMBL(?:Y|ER)__\b")


@dataclass
class _Open:
    """Something that is not closed yet: its arms, each with its line."""

    kind: str
    at: int
    arms: list[tuple[str, list[Item]]]


def read_gas(text: Text, dialect: Dialect) -> tuple[Item, ...]:
    """What a file has, in its order; NotGasError."""
    return _Reading(text, dialect).items(statements_of(text.source.text, dialect))


def read_define(define: Define, body: str, dialect: Dialect) -> tuple[Item, ...]:
    """What a #define stands for, with its arguments in the text; all of it stands where that does. NotGasError."""
    return _Reading(define.source, dialect, define.offset).items(statements_of(body, dialect))


class _Reading:
    def __init__(self, text: Text, dialect: Dialect, at: int | None = None) -> None:
        self.text = text
        self.dialect = dialect
        self.at = at
        self.open = [_Open("", 0, [("", [])])]

    def items(self, statements: Iterable[Statement]) -> tuple[Item, ...]:
        """The statements by what they are inside."""
        defining: list[Statement] = []
        for each in statements:
            if defining and (not each.define or each.operation == "#define"):
                self._define(defining)
                defining = []
            if each.define:
                defining.append(each)
            else:
                self._statement(each)
        if defining:
            self._define(defining)
        if len(self.open) > 1:
            raise self._wrong(self.open[-1].at, "is not closed")
        return tuple(self._here)

    @property
    def _here(self) -> list[Item]:
        return self.open[-1].arms[-1][1]

    def _wrong(self, offset: int, why: str) -> NotGasError:
        place = self.text.place(self.at if self.at is not None else offset)
        return NotGasError(f"line {place.line} of {self.text.file} {why}")

    def _statement(self, each: Statement) -> None:
        each = self._chosen(each)
        operation = each.operation
        if self._is_of_macro_line(operation):
            self._without_macro(each, operation)
        elif each.label and operation.startswith((".", "#")):
            self._code(replace(each, text="", operation=""))
            self._statement(replace(each, label=""))
        elif each.label or not operation.startswith(("#", ".")):
            self._code(each)
        elif operation in _OPENING or operation.startswith(".if"):
            self.open.append(_Open(_OPENING.get(operation, ".if"), each.offset, [(self._line(each), [])]))
        elif operation in _ARMS or operation.startswith(".elseif"):
            self._top(each, _ARMS.get(operation, ".if")).arms.append((self._line(each), []))
        elif operation in _CLOSING:
            closed = self._top(each, _CLOSING[operation])
            self.open.pop()
            self._here.append(self._closed(closed))
        elif operation in _SECTIONS:
            name = each.text.split(None, 1)[1:] or [""]
            self._here.append(Section(operation, name[0].partition(",")[0].strip()))
        elif setting := _SETTING.fullmatch(each.text):
            self._here.append(Setting(setting[1]))
        elif _CODE.fullmatch(operation):
            self._code(each)

    def _chosen(self, each: Statement) -> Statement:
        """A macro that chooses among texts as the #if line that it is like: what it asks is what it is given."""
        asks = re.sub(r"\W+", "_", each.text.strip()[len(each.operation) :].strip())
        line = self.dialect.choices.get(each.operation, "")
        word = line.partition(" ")[0]
        if not line or (word != "#if" and self.open[-1].kind != "#"):
            return each  # or where the macro itself is defined
        return replace(each, text=f"{line} {asks}" if word == "#if" else line, operation=word)

    def _is_of_macro_line(self, operation: str) -> bool:
        """Whether #if lines choose among the first lines of a macro, which has one body."""
        if operation not in {"#elif", "#else", "#endif"} or self.open[-1].kind != ".macro":
            return False
        return self.open[-2].kind == "#" and not self.open[-1].arms[-1][1]

    def _without_macro(self, each: Statement, operation: str) -> None:
        """Leaves such a macro out: an instruction of its name is one that nobody knows."""
        self.open.pop()
        if operation == "#endif":
            self.open[-1] = _Open(".macro", each.offset, [("", [])])

    def _line(self, each: Statement) -> str:
        return " ".join(each.text.split())

    def _top(self, each: Statement, kind: str) -> _Open:
        if self.open[-1].kind != kind:
            raise self._wrong(each.offset, f"has a {each.operation} that is in nothing")
        return self.open[-1]

    def _closed(self, closed: _Open) -> Item:
        header, body = closed.arms[0][0], tuple(closed.arms[0][1])
        at = closed.at if self.at is None else self.at
        match closed.kind:
            case "#":
                return Fork(tuple(_asked(closed.arms)), self.text, at)
            case ".if":
                return Test(tuple((line, tuple(items)) for line, items in closed.arms), self.text, at)
            case ".rept":
                return Repeat(header, body, self.text, at)
        if not header:
            return Fork((), self.text, at)
        match = MACRO.match(header)
        if match is None:
            raise self._wrong(closed.at, "is no .macro")
        return Macro(match[1], parameters_of(match[2]), body)

    def _code(self, each: Statement) -> None:
        labels, operation = [each.label] if each.label else [], each.operation
        rest = text = each.text.rstrip().removesuffix("\\")
        while match := LABEL.match(rest) if ":" in rest and len(labels) < MOST_LABELS else None:
            labels.append(match[1])
            rest = rest[match.end() :]
            operation = operation_of(rest, OPERATION.match(rest))
        if self.dialect.entry.fullmatch(operation) or self.dialect.inner.fullmatch(operation):
            given = rest.lstrip()[len(operation) :]
            behind = re.fullmatch(r"\s*\(([^()]*|.*\\\(\).*?)\)(.*)", given, re.DOTALL)
            given, rest = (behind[1], behind[2]) if behind else (given, "")
            named = re.findall(r"(?:\\\(\)|[\w.$\\])+", given)
            labels += named[-1:] if self.dialect.label_last.fullmatch(operation) else named[:1]
            operation = operation_of(rest, OPERATION.match(rest))
        operation = operation or rest.strip()  # what begins with no name is nothing that one knows
        dropped = self._makes_no_code(operation, rest)
        if labels or (operation and not dropped):
            at = self.at if self.at is not None else each.offset + len(text) - len(rest.lstrip())
            text = "" if dropped else " ".join(rest.split())
            self._here.append(Instruction(text, "" if dropped else operation, tuple(labels), self.text, at))

    def _makes_no_code(self, operation: str, text: str) -> bool:
        is_directive = operation[:1] in "#." and not _CODE.fullmatch(operation)
        return bool(is_directive or self.dialect.declaring.fullmatch(operation) or _ALIAS.match(text))

    def _define(self, parts: Sequence[Statement]) -> None:
        text = "\n".join(
            (f"{each.label}: " if each.label else "") + each.text.rstrip().removesuffix("\\") for each in parts
        )
        if match := _DEFINE.match(text):
            given = [each.strip() for each in match[2][1:-1].split(",")] if match[2] else []
            parameters = tuple(each.removesuffix("...") or "__VA_ARGS__" for each in given) if match[2] else None
            takes_all = bool(given) and given[-1].endswith("...")
            at = self.at if self.at is not None else parts[0].offset
            has_more = any(not each.text.rstrip().endswith("\\") for each in parts[:-1])
            self._here.append(Define(match[1], parameters, match[3], self.text, at, takes_all, has_more))


def _asked(arms: Sequence[tuple[str, list[Item]]]) -> Iterator[tuple[Formula, tuple[Item, ...]]]:
    for line, items in arms:
        word, rest = directive_word(line), _ASSEMBLED.sub("__KERNEL__", directive_rest(line))
        yield word == "else" or condition_of(f"#{word.replace('elif', 'if')} {rest}", None), tuple(items)
