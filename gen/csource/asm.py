"""Kernel assembly (.S): where some names are used, by what, and under which label.

A file is read as a set of statements, whatever the configuration and the machine; comments and strings are blanked
first. Uses of .macro are followed with their arguments, so that `BUILD_HANDLER bp bp sti silent` is a use of `do_bp`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from gen.csource.tokens import Place, Source
from gen.facts.loader import architecture as known
from gen.facts.loader import architectures, assembly

MAX_EXPANSION = 8
"""How deep macros are followed into each other."""

MAX_EXPANDED = 2_000
"""How many statements one use of a macro may expand to; what comes after them is not looked at."""

_DIRECTIVE = r"[^\S\n]*#[^\S\n]*(?:if|ifdef|ifndef|elif|else|endif|define|undef|include|error|warning|pragma)\b"
_DIRECTIVE_WORD = re.compile(r"\s*#\s*(\w+)")
_DEFINE = re.compile(r"\s*#\s*define\s+(\w+)(?:\([^()\n]*\))?")
_LABEL = re.compile(r"\s*((?:[\w.$\\]|\\\(\))+)\s*:(?!:)")
_DECLARING = (
    r"\.(?:globl|global|type|size|weak|hidden|extern|set|equ|local|comm|symver|protected)"
    r"|#(?:undef|ifdef|ifndef|if|elif|include)"
)
"""Directives of gas and cpp that say something about a symbol."""

_OPERATION = re.compile(r"\s*([#.]?[^\W\d]?[\w.$\\]*)")
_WORD = re.compile(r"(?<!\w)[A-Za-z_.$\\][\w.$\\]*")  # not the `xc00` of 0xc00
_MACRO = re.compile(r"\s*\.macro\s+([\w.$]+)\s*,?\s*(.*)")
_ARGUMENT = re.compile(r"\s*(?:[\w.$]+\s*=\s*)?((?:\([^()]*\)|[^\s,()])+)\s*,?")
_PARAMETER = re.compile(r"\\(\w+)(?:\\\(\))?")


@dataclass(frozen=True, eq=False)
class _Dialect:
    """How the assembly of one architecture is written: comments, separators, macros that begin and end functions."""

    blanks: re.Pattern[str]
    separators: re.Pattern[str]
    entry: re.Pattern[str]
    label_last: re.Pattern[str]
    end: re.Pattern[str]
    declaring: re.Pattern[str]


@cache
def _dialect(architecture: str) -> _Dialect:
    """The dialect of an architecture by the facts; one without a file may use the macros of any."""
    facts, common = known(architecture), assembly()
    names = [architecture] if architecture in architectures() else architectures()
    entry = (*common.entry_macros, *(each for name in names for each in known(name).entry_macros))
    return _Dialect(
        _blanks(facts.comment),
        re.compile(rf"[\n{re.escape(facts.separators)}]"),
        _any_of(each.macro for each in entry),
        _any_of(each.macro for each in entry if each.label_last),
        _any_of(common.end_macros),
        _any_of((_DECLARING, *common.declaring)),
    )


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns) or r"(?!)")


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
    dialect = _dialect(architecture)
    statements = tuple(_statements(source.text, dialect))
    macros = _macros(statements)
    wanted: Container[str] = _EVERYTHING if names is None else frozenset(names)
    labels = _Labels(dialect)
    for statement in statements:
        label = labels.at(statement)
        yield from _direct(source, statement, wanted, label, dialect)
        if statement.operation in macros and not labels.in_macro and not statement.define:
            place = source.place(statement.offset + len(statement.text) - len(statement.text.lstrip()))
            yield from _Expansion(macros, wanted, labels, place).uses(statement, ())


class _Everything:
    """Holds every name but the empty one."""

    def __contains__(self, name: object) -> bool:
        return bool(name)


_EVERYTHING = _Everything()


def blanked(text: str, architecture: str = "") -> str:
    """The text with comments and strings blanked; every other character stays where it was."""
    return _dialect(architecture).blanks.sub(_blank, text)


def _blanks(signs: str) -> re.Pattern[str]:
    line = rf"|(?<![\w$])[{re.escape(signs)}][^\n]*" if signs else ""
    comment = r"/\*[\s\S]*?(?:\*/|\Z)|//[^\n]*"
    # A directive of cpp begins with `#` too, and keeps its line but for its own comments.
    directive = rf"(?m:^){_DIRECTIVE}"
    begin = r"|(?m:^)[^\S\n]*[#@;!|][^\n]*"
    return re.compile(rf'(?P<keep>{directive})|{comment}|"(?:[^"\\\n]|\\.)*"?{line}{begin}')


def _blank(match: re.Match[str]) -> str:
    return match[0] if match["keep"] else re.sub(r"[^\n]", " ", match[0])


@dataclass(frozen=True, slots=True)
class _Statement:
    """One instruction, directive, macro use or label, without its label: `text` begins at `offset`."""

    text: str
    offset: int
    operation: str
    label: str
    define: str


def _statements(text: str, dialect: _Dialect) -> Iterator[_Statement]:
    clean = dialect.blanks.sub(_blank, text)
    offset, define = 0, ""
    for piece in dialect.separators.split(clean):
        if match := "#" in piece and _DEFINE.match(piece):
            define = match[1]
        label = _LABEL.match(piece) if ":" in piece and not match else None
        start = label.end() if label else 0
        rest = piece[start:]
        operation = _OPERATION.match(rest)
        yield _Statement(rest, offset + start, _operation(rest, operation), label[1] if label else "", define)
        offset += len(piece) + 1
        if define and not piece.rstrip().endswith("\\") and clean[offset - 1 : offset] == "\n":
            define = ""


def _operation(text: str, match: re.Match[str] | None) -> str:
    directive = _DIRECTIVE_WORD.match(text) if "#" in text else None
    return f"#{directive[1]}" if directive else match[1] if match else ""


class _Labels:
    """Which label, entry macro, .macro or #define the statements are under."""

    def __init__(self, dialect: _Dialect) -> None:
        self.dialect = dialect
        self.last = ""
        self.macro = ""

    @property
    def in_macro(self) -> bool:
        return bool(self.macro)

    def at(self, statement: _Statement) -> str:
        if match := _MACRO.match(statement.text):
            self.macro = match[1]
        elif statement.operation in {".endm", ".endmacro"}:
            self.macro = ""
        elif not self.macro and not statement.define:
            self._take(statement)
        return statement.define or self.macro or self.last

    def _take(self, statement: _Statement) -> None:
        if statement.label and not statement.label.isdigit() and not statement.label.startswith(".L"):
            self.last = statement.label
        if self.dialect.end.fullmatch(statement.operation):
            self.last = ""
        if self.dialect.entry.fullmatch(statement.operation) and (words := _WORD.findall(statement.text)[1:]):
            self.last = words[-1] if self.dialect.label_last.fullmatch(statement.operation) else words[0]


def _direct(
    source: Source, statement: _Statement, wanted: Container[str], label: str, dialect: _Dialect
) -> Iterator[AsmUse]:
    if statement.label in wanted:
        at = source.text.rfind(statement.label, 0, statement.offset)
        yield AsmUse(statement.label, Use.DEFINED, "", label, source.place(at))
    for number, match in enumerate(_WORD.finditer(statement.text)):
        if match[0] in wanted:
            place = source.place(statement.offset + match.start())
            yield AsmUse(match[0], _use(statement, match[0], number, dialect), statement.operation, label, place)


def _use(statement: _Statement, word: str, words_before: int, dialect: _Dialect) -> Use:
    if statement.operation == word and words_before == 0:
        return Use.MACRO
    if statement.operation in {".macro", "#define"}:
        return Use.DEFINED if words_before == 1 else Use.OPERAND
    return _use_of_operands(statement.operation, dialect)


@lru_cache(1000)
def _use_of_operands(operation: str, dialect: _Dialect) -> Use:
    if dialect.entry.fullmatch(operation):
        return Use.DEFINED
    return Use.DECLARED if dialect.declaring.fullmatch(operation) else Use.OPERAND


@dataclass(frozen=True, slots=True)
class _Macro:
    """A .macro: its parameters with their defaults, and its statements."""

    parameters: tuple[tuple[str, str], ...]
    body: tuple[_Statement, ...]


def _macros(statements: tuple[_Statement, ...]) -> dict[str, _Macro]:
    found: dict[str, _Macro] = {}
    name, parameters, body = "", tuple[tuple[str, str], ...](), list[_Statement]()
    for statement in statements:
        if match := _MACRO.match(statement.text):
            name, body = match[1], []
            parameters = tuple(_parameter(each) for each in re.split(r"[\s,]+", match[2].strip()) if each)
        elif statement.operation in {".endm", ".endmacro"} and name:
            found[name] = _Macro(parameters, tuple(body))
            name = ""
        elif name:
            body.append(statement)
    return found


def _parameter(text: str) -> tuple[str, str]:
    name, _, default = text.partition("=")
    return name.partition(":")[0], default


class _Expansion:
    """What one use of a macro brings that the bodies of macros do not say without the arguments."""

    def __init__(self, macros: Mapping[str, _Macro], wanted: Container[str], labels: _Labels, place: Place) -> None:
        self.macros = macros
        self.wanted = wanted
        self.labels = labels
        self.place = place
        self.left = MAX_EXPANDED

    def uses(self, use: _Statement, via: tuple[str, ...]) -> Iterator[AsmUse]:
        macro = self.macros[use.operation]
        if len(via) >= MAX_EXPANSION or use.operation in via:
            return
        via = (*via, use.operation)
        values = _arguments(use, macro)
        for statement in macro.body:
            self.left -= 1
            if self.left < 0:
                return
            made = _with_arguments(statement, values)
            label = self.labels.at(made)
            own = set(_WORD.findall(statement.text))
            for number, word in enumerate(_WORD.findall(made.text)):
                if word in self.wanted and word not in own:
                    yield AsmUse(
                        word, _use(made, word, number, self.labels.dialect), made.operation, label, self.place, via
                    )
            if made.operation in self.macros:
                yield from self.uses(made, via)


def _with_arguments(statement: _Statement, values: Mapping[str, str]) -> _Statement:
    text, label = (
        _PARAMETER.sub(lambda match: values.get(match[1], match[0]), each) for each in (statement.text, statement.label)
    )
    return _Statement(text, statement.offset, _operation(text, _OPERATION.match(text)), label, "")


def _arguments(use: _Statement, macro: _Macro) -> dict[str, str]:
    match = _OPERATION.match(use.text)
    rest = use.text[match.end() :] if match else ""
    values = dict(macro.parameters)
    for number, argument in enumerate(_ARGUMENT.finditer(rest)):
        named = re.match(r"\s*([\w.$]+)\s*=", argument[0])
        if named and named[1] in values:
            values[named[1]] = argument[1]
        elif number < len(macro.parameters):
            values[macro.parameters[number][0]] = argument[1]
    return values
