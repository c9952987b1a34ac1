"""Kernel assembly (.S): where some names are used, by what, and under which label.

A file is read as a set of statements, whatever the configuration and the machine; comments and strings are blanked
first. Uses of .macro are followed with their arguments, so that `BUILD_HANDLER bp bp sti silent` is a use of `do_bp`.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from gen.csource.asm_text import (
    MACRO,
    OPERATION,
    WORD,
    Dialect,
    Statement,
    arguments_of,
    dialect_of,
    operation_of,
    parameters_of,
    statements_of,
    with_arguments,
)
from gen.csource.tokens import Place, Source

MAX_EXPANSION = 8
"""How deep macros are followed into each other."""

MAX_EXPANDED = 2_000
"""How many statements one use of a macro may expand to; what comes after them is not looked at."""

MOST_EXPANDED = 200_000
"""The same for all uses of a text together; a name that a macro brings after them is not found."""


class Use(StrEnum):
    """How a name is used: as the operand of an instruction or directive, as a macro, defined, or declared."""

    OPERAND = "operand"
    MACRO = "macro"
    DEFINED = "defined"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class AsmUse:
    """A use of a name: `operation` is the instruction, directive or macro that it stands with.

    `label` is the label, entry macro, .macro or #define that it is under. `via` are the macros that bring the name,
    outermost first; the place is then where the outermost is used.
    """

    name: str
    use: Use
    operation: str
    label: str
    place: Place
    via: tuple[str, ...] = ()


def asm_uses(source: Source, names: Collection[str] | None, architecture: str = "") -> Iterator[AsmUse]:
    """Every use of some names, in the order of the text; comments are read as the architecture's assembler does.

    None asks for every word that is used. Without an architecture what any of them takes for a comment at the begin of
    a statement is one.
    """
    dialect = dialect_of(architecture)
    statements = tuple(statements_of(source.text, dialect))
    macros = _macros(statements)
    wanted: Container[str] = _EVERYTHING if names is None else frozenset(names)
    labels = _Labels(dialect)
    left = MOST_EXPANDED
    for statement in statements:
        label = labels.at(statement)
        yield from _direct(source, statement, wanted, label, dialect)
        if left > 0 and statement.operation in macros and not labels.in_macro and not statement.define:
            place = source.place(statement.offset + len(statement.text) - len(statement.text.lstrip()))
            expansion = _Expansion(macros, wanted, labels, place)
            yield from expansion.uses(statement, ())
            left -= MAX_EXPANDED - expansion.left


class _Everything:
    """Holds every name but the empty one."""

    def __contains__(self, name: object) -> bool:
        return bool(name)


_EVERYTHING = _Everything()


class _Labels:
    """Which label, entry macro, .macro or #define the statements are under."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.last = ""
        self.macro = ""

    @property
    def in_macro(self) -> bool:
        return bool(self.macro)

    def at(self, statement: Statement) -> str:
        if match := MACRO.match(statement.text):
            self.macro = match[1]
        elif statement.operation in {".endm", ".endmacro"}:
            self.macro = ""
        elif not self.macro and not statement.define:
            self._take(statement)
        return statement.define or self.macro or self.last

    def _take(self, statement: Statement) -> None:
        if statement.label and not statement.label.isdigit() and not statement.label.startswith(".L"):
            self.last = statement.label
        if self.dialect.end.fullmatch(statement.operation):
            self.last = ""
        if self.dialect.entry.fullmatch(statement.operation) and (words := WORD.findall(statement.text)[1:]):
            self.last = words[-1] if self.dialect.label_last.fullmatch(statement.operation) else words[0]


def _direct(
    source: Source, statement: Statement, wanted: Container[str], label: str, dialect: Dialect
) -> Iterator[AsmUse]:
    if statement.label in wanted:
        at = source.text.rfind(statement.label, 0, statement.offset)
        yield AsmUse(statement.label, Use.DEFINED, "", label, source.place(at))
    for number, match in enumerate(WORD.finditer(statement.text)):
        if match[0] in wanted:
            place = source.place(statement.offset + match.start())
            yield AsmUse(match[0], _use(statement, match[0], number, dialect), statement.operation, label, place)


def _use(statement: Statement, word: str, words_before: int, dialect: Dialect) -> Use:
    if statement.operation == word and words_before == 0:
        return Use.MACRO
    if statement.operation in {".macro", "#define"}:
        return Use.DEFINED if words_before == 1 else Use.OPERAND
    return _use_of_operands(statement.operation, dialect)


@lru_cache(1000)
def _use_of_operands(operation: str, dialect: Dialect) -> Use:
    if dialect.entry.fullmatch(operation):
        return Use.DEFINED
    return Use.DECLARED if dialect.declaring.fullmatch(operation) else Use.OPERAND


@dataclass(frozen=True, slots=True)
class _Macro:
    """A .macro: its parameters with their defaults, and its statements."""

    parameters: tuple[tuple[str, str], ...]
    body: tuple[Statement, ...]


def _macros(statements: tuple[Statement, ...]) -> dict[str, _Macro]:
    found: dict[str, _Macro] = {}
    name, parameters, body = "", tuple[tuple[str, str], ...](), list[Statement]()
    for statement in statements:
        if match := MACRO.match(statement.text):
            name, body = match[1], []
            parameters = parameters_of(match[2])
        elif statement.operation in {".endm", ".endmacro"} and name:
            found[name] = _Macro(parameters, tuple(body))
            name = ""
        elif name:
            body.append(statement)
    return found


class _Expansion:
    """What one use of a macro brings that the bodies of macros do not say without the arguments."""

    def __init__(self, macros: Mapping[str, _Macro], wanted: Container[str], labels: _Labels, place: Place) -> None:
        self.macros = macros
        self.wanted = wanted
        self.labels = labels
        self.place = place
        self.left = MAX_EXPANDED

    def uses(self, use: Statement, via: tuple[str, ...]) -> Iterator[AsmUse]:
        macro = self.macros[use.operation]
        if len(via) >= MAX_EXPANSION or use.operation in via:
            return
        via = (*via, use.operation)
        match = OPERATION.match(use.text)
        values = arguments_of(use.text[match.end() :] if match else "", macro.parameters)
        for statement in macro.body:
            self.left -= 1
            if self.left < 0:
                return
            made = _with_arguments(statement, values)
            label = self.labels.at(made)
            own = set(WORD.findall(statement.text))
            for number, word in enumerate(WORD.findall(made.text)):
                if word in self.wanted and word not in own:
                    yield AsmUse(
                        word, _use(made, word, number, self.labels.dialect), made.operation, label, self.place, via
                    )
            if made.operation in self.macros:
                yield from self.uses(made, via)


def _with_arguments(statement: Statement, values: Mapping[str, str]) -> Statement:
    text, label = (with_arguments(each, values) for each in (statement.text, statement.label))
    return Statement(text, statement.offset, operation_of(text, OPERATION.match(text)), label, "")
