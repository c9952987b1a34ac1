"""Tokens of one view to statements, whatever the tokens are.

Text that is no statement is an `Opaque` with its reason, so every token is in exactly one statement. Expressions stay
ranges of tokens; `expressions.py` says what they call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gen.csource.headers import KEYWORDS, Header, attributes, read_header
from gen.csource.tokens import Tokens, is_word

MAX_NESTING = 40
"""How deep statements may nest; what is deeper is opaque."""

MAX_OLD_STYLE = 400
"""How many tokens a header with old-style parameter declarations may have."""

ASM_WORDS = frozenset({"asm", "__asm__", "__asm", "asm_volatile_goto", "asm_goto_output"})
ASM_QUALIFIERS = frozenset({"volatile", "__volatile__", "__volatile", "goto", "inline", "__inline__"})
_TYPE_WORDS = frozenset({
    "auto", "char", "const", "double", "enum", "extern", "float", "int", "long", "register", "short", "signed",
    "static", "struct", "typedef", "typeof", "__typeof__", "__typeof", "union", "unsigned", "void", "volatile",
    "inline", "bool", "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "__auto_type", "__label__",
})  # fmt: skip
_JUMPS = frozenset({"return", "goto", "break", "continue"})
_BEGINS_STATEMENT = _JUMPS | {"if", "while", "do", "for", "switch", "case", "default", "else"}
_LOOP_NAME = re.compile(r"for_?each|_each_|^for_")


@dataclass(frozen=True, slots=True)
class Range:
    """Tokens number `start` up to, not including, `end`, of the tokens that `tokens` is."""

    tokens: Tokens
    start: int
    end: int

    @property
    def text(self) -> str:
        """The code on one line."""
        return self.tokens.text(self.start, self.end)

    @property
    def offset(self) -> int:
        """Where it begins in the source; for an empty range, where the next token is."""
        offsets = self.tokens.offsets
        return offsets[min(self.start, len(offsets) - 1)] if offsets else 0


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression statement, an empty one, or a macro that stands where a statement would."""

    code: Range


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration with its initialisers."""

    code: Range


@dataclass(frozen=True, slots=True)
class Asm:
    """An asm statement with its outputs and inputs, and the C labels that it may go to."""

    code: Range
    operands: tuple[Range, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Jump:
    """`return`, `goto`, `break` or `continue`, with what it returns or where it goes."""

    word: str
    code: Range
    operand: Range


@dataclass(frozen=True, slots=True)
class Label:
    """A label, or in a switch `case` (a range is one text) or `default`."""

    name: str
    code: Range
    case: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Statements in braces."""

    code: Range
    body: Body


@dataclass(frozen=True, slots=True)
class If:
    """An `if`; `code` is the head."""

    code: Range
    condition: Range
    then: Body
    otherwise: Body


@dataclass(frozen=True, slots=True)
class Loop:
    """`while`, `do`, `for`, or a macro such as list_for_each_entry() whose statement runs zero or more times.

    A `for` has three ranges, the others only a condition; `first` of a `do` is that word, and `code` its `while (...)`.
    """

    word: str
    code: Range
    first: Range | None
    condition: Range
    step: Range | None
    body: Body


@dataclass(frozen=True, slots=True)
class Switch:
    """A `switch` with its cases as labels in its body."""

    code: Range
    condition: Range
    body: Body


@dataclass(frozen=True, slots=True)
class Opaque:
    """Tokens that are no statement, and why."""

    code: Range
    reason: str


Statement = Expression | Declaration | Asm | Jump | Label | Block | If | Loop | Switch | Opaque
Body = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A function definition in one view: its header and the statements in its braces."""

    header: Header
    head: Range
    code: Range
    body: Body


def definitions(tokens: Tokens, partners: Mapping[int, int]) -> Iterator[Definition]:
    """The function definitions among tokens whose brackets all have partners."""
    start = index = 0
    while index < len(tokens):
        if tokens.texts[index] == "{":
            head = Range(tokens, start, index)
            header = read_header(tokens.slice(start, index))
            index = start = partners[index] + 1
            if header:
                code = Range(tokens, head.end + 1, index - 1)
                yield Definition(header, head, code, statements(code, partners))
            continue
        if tokens.texts[index] == ";" and not _in_old_style(tokens, start, index):
            start = index + 1
        index = partners.get(index, index) + 1


def _in_old_style(tokens: Tokens, start: int, semicolon: int) -> bool:
    """Whether a declaration is one of the parameters of `int f(a) int a; { }`."""
    if semicolon - start > MAX_OLD_STYLE:
        return False
    texts = tokens.texts[start:semicolon]
    return ")" in texts[:-1] and is_word(texts[texts.index(")") + 1]) and "=" not in texts


def statements(code: Range, partners: Mapping[int, int]) -> Body:
    """The statements of a range whose brackets all have partners, as `Tokens.partners` gives them."""
    return _Parser(code.tokens, partners).body(code.start, code.end, 0)


class _Parser:
    """Recursive descent; each method begins at `start` and says where the next statement begins."""

    def __init__(self, tokens: Tokens, partners: Mapping[int, int]) -> None:
        self.tokens = tokens
        self.texts = tokens.texts
        self.partners = partners

    def body(self, start: int, end: int, depth: int) -> Body:
        found: list[Statement] = []
        while start < end:
            statement, start = self.one(start, end, depth)
            found.append(statement)
        return tuple(found)

    def one(self, start: int, end: int, depth: int) -> tuple[Statement, int]:
        text = self.texts[start]
        if depth > MAX_NESTING:
            return Opaque(self._range(start, end), f"statements nest deeper than {MAX_NESTING}"), end
        if text in _BEGINS_STATEMENT or text == "{" or text in ASM_WORDS:
            return self._by_word(text, start, end, depth)
        following = self.texts[start + 1] if start + 1 < end else ""
        if following == ":" and is_word(text):
            after = self._behind_attributes(start + 2, end)
            return Label(text, self._range(start, after), case=False), after
        if following == "(" and is_word(text) and text not in KEYWORDS:
            return self._macro_statement(start, end, depth) or self._simple(start, end)
        return self._simple(start, end)

    def _by_word(self, text: str, start: int, end: int, depth: int) -> tuple[Statement, int]:
        match text:
            case "if":
                return self._if(start, end, depth)
            case "return" | "goto" | "break" | "continue":
                return self._jump(start, end)
            case "case" | "default":
                return self._case(start, end)
            case "for":
                return self._for(start, end, depth)
            case "while":
                return self._while(start, end, depth)
            case "switch":
                return self._switch(start, end, depth)
            case "do":
                return self._do(start, end, depth)
            case "{":
                return self._block(start, depth)
            case "else":
                return Opaque(self._range(start, start + 1), "`else` without `if`"), start + 1
        return self._asm(start, end)

    def _range(self, start: int, end: int) -> Range:
        return Range(self.tokens, start, end)

    def _behind_attributes(self, start: int, end: int) -> int:
        while start < end and self.texts[start] in attributes():
            has_arguments = start + 1 < end and self.texts[start + 1] == "("
            start = self.partners[start + 1] + 1 if has_arguments else start + 1
        return start

    def _sub(self, start: int, end: int, depth: int) -> tuple[Body, int]:
        """The statement that a head controls, without its braces and with the labels in front of it."""
        labels: list[Statement] = []
        while start < end:
            statement, start = self.one(start, end, depth + 1)
            if not isinstance(statement, Label):
                return (*labels, *(statement.body if isinstance(statement, Block) else (statement,))), start
            labels.append(statement)
        return tuple(labels), start

    def _head(self, start: int, end: int) -> tuple[Range, int] | None:
        """What stands in the parentheses after the word at `start`, and where it goes on."""
        if start + 1 >= end or self.texts[start + 1] != "(":
            return None
        closing = self.partners[start + 1]
        return self._range(start + 2, closing), closing + 1

    def _end(self, start: int, end: int) -> int:
        """Behind the semicolon of a statement, or before the word that begins another one."""
        index = start
        while index < end:
            text = self.texts[index]
            if text == ";":
                return index + 1
            if index > start and text in _BEGINS_STATEMENT:
                return index
            index = self.partners.get(index, index) + 1
        return end

    def _trimmed(self, start: int, end: int) -> Range:
        return self._range(start, end - (end > start and self.texts[end - 1] == ";"))

    def _simple(self, start: int, end: int) -> tuple[Statement, int]:
        after = self._end(start, end)
        code = self._trimmed(start, after)
        if after < end and code.end == after and not self._is_call(code):
            return Opaque(code, f"no semicolon before `{self.texts[after]}`"), after
        return (Declaration(code) if self._is_declaration(code) else Expression(code)), after

    def _is_call(self, code: Range) -> bool:
        """Whether it is a word, with arguments or without, that a macro may make a statement."""
        if not is_word(self.texts[code.start]):
            return False
        return code.end == code.start + 1 or self.partners.get(code.start + 1) == code.end - 1

    def _is_declaration(self, code: Range) -> bool:
        if code.end - code.start < 2:
            return False
        first, second = self.texts[code.start], self.texts[code.start + 1]
        if first in _TYPE_WORDS:
            return True
        if not is_word(first) or first in KEYWORDS:
            return False
        if second == "(" and self.texts[code.start + 2] == "*":
            behind = self.partners[code.start + 1] + 1
            return behind < code.end and self.texts[behind] == "("
        if second == "*":
            index = code.start + 1
            while index < code.end and self.texts[index] == "*":
                index += 1
            return index < code.end and is_word(self.texts[index])
        return is_word(second)

    def _block(self, start: int, depth: int) -> tuple[Statement, int]:
        closing = self.partners[start]
        return Block(self._range(start, closing + 1), self.body(start + 1, closing, depth + 1)), closing + 1

    def _if(self, start: int, end: int, depth: int) -> tuple[Statement, int]:
        heads: list[tuple[Range, Range, Body]] = []
        otherwise: Body = ()
        after = start
        while (head := self._head(after, end)) is not None:
            condition, inner = head
            code = self._range(after, inner)
            then, after = self._sub(inner, end, depth)
            heads.append((code, condition, then))
            if after >= end or self.texts[after] != "else":
                break
            if after + 1 < end and self.texts[after + 1] == "if":
                after += 1
                continue
            otherwise, after = self._sub(after + 1, end, depth)
            break
        else:
            opaque, after = self._without_head(after, end)
            if not heads:
                return opaque, after
            otherwise = (opaque,)
        for code, condition, then in reversed(heads):
            otherwise = (If(code, condition, then, otherwise),)
        return otherwise[0], after

    def _without_head(self, start: int, end: int) -> tuple[Opaque, int]:
        after = self._end(start, end)
        return Opaque(self._range(start, after), f"no parentheses after `{self.texts[start]}`"), after

    def _while(self, start: int, end: int, depth: int) -> tuple[Statement, int]:
        head = self._head(start, end)
        if head is None:
            return self._without_head(start, end)
        condition, inner = head
        body, after = self._sub(inner, end, depth)
        return Loop("while", self._range(start, inner), None, condition, None, body), after

    def _do(self, start: int, end: int, depth: int) -> tuple[Statement, int]:
        body, after = self._sub(start + 1, end, depth)
        head = self._head(after, end) if after < end and self.texts[after] == "while" else None
        if head is None:
            return Opaque(self._range(start, after), "no `while` after `do`"), after
        condition, behind = head
        behind += behind < end and self.texts[behind] == ";"
        return Loop("do", self._range(after, behind), self._range(start, start + 1), condition, None, body), behind

    def _for(self, start: int, end: int, depth: int) -> tuple[Statement, int]:
        head = self._head(start, end)
        if head is None:
            return self._without_head(start, end)
        inside, inner = head
        parts = self._split(inside, ";")
        body, after = self._sub(inner, end, depth)
        code = self._range(start, inner)
        if len(parts) != 3:
            return Opaque(self._range(start, after), "no three expressions after `for`"), after
        return Loop("for", code, parts[0], parts[1], parts[2], body), after

    def _split(self, code: Range, sign: str) -> list[Range]:
        parts, start, index = [], code.start, code.start
        while index < code.end:
            if self.texts[index] == sign:
                parts.append(self._range(start, index))
                start = index + 1
            index = self.partners.get(index, index) + 1
        return [*parts, self._range(start, code.end)]

    def _macro_statement(self, start: int, end: int, depth: int) -> tuple[Statement, int] | None:
        """`for_each_cpu(cpu, mask) ...`, and a macro that has no semicolon behind it; None for a plain call."""
        closing = self.partners[start + 1]
        if closing + 1 >= end:
            return None
        name, following = self.texts[start], self.texts[closing + 1]
        if following == "{" or (following != ";" and _LOOP_NAME.search(name)):
            body, after = self._sub(closing + 1, end, depth)
            return Loop(name, self._range(start, closing + 1), None, self._range(start + 2, closing), None, body), after
        if is_word(following) and not name.startswith("__"):
            return Expression(self._range(start, closing + 1)), closing + 1
        return None

    def _switch(self, start: int, end: int, depth: int) -> tuple[Statement, int]:
        head = self._head(start, end)
        if head is None:
            return self._without_head(start, end)
        condition, inner = head
        body, after = self._sub(inner, end, depth)
        return Switch(self._range(start, inner), condition, body), after

    def _case(self, start: int, end: int) -> tuple[Statement, int]:
        questions, index = 0, start + 1
        while index < end:
            text = self.texts[index]
            if text == ":" and questions == 0:
                return Label(self.tokens.text(start, index), self._range(start, index + 1), case=True), index + 1
            if text in {";", "{"}:
                break
            questions += (text == "?") - (text == ":")
            index = self.partners.get(index, index) + 1
        index = max(min(index, end), start + 1)
        return Opaque(self._range(start, index), f"no colon after `{self.texts[start]}`"), index

    def _jump(self, start: int, end: int) -> tuple[Statement, int]:
        after = self._end(start, end)
        operand = self._trimmed(start + 1, max(after, start + 1))
        return Jump(self.texts[start], self._range(start, operand.end), operand), after

    def _asm(self, start: int, end: int) -> tuple[Statement, int]:
        opening = start + 1
        while opening < end and self.texts[opening] in ASM_QUALIFIERS:
            opening += 1
        if opening >= end or self.texts[opening] != "(":
            after = self._end(start, end)
            return Opaque(self._trimmed(start, after), "asm without parentheses"), after
        after = self._end(self.partners[opening], end)
        parts = self._split(self._range(opening + 1, self.partners[opening]), ":")
        labels = [text for part in parts[4:] for text in self.texts[part.start : part.end] if is_word(text)]
        return Asm(self._trimmed(start, after), tuple(parts[1:3]), tuple(labels)), after
