"""What an expression calls and assigns, in the order in which C evaluates it.

An expression becomes a sequence of `Called`, `Assigned`, `Inline` (statements inside of it) and `Choice`: of what
stands right of `&&` and `||`, and in the arms of `?:`, one alternative runs. Arguments come before their call, left
before right. Operands of sizeof and typeof are not evaluated, so what they name is not called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from gen.csource.headers import KEYWORDS, attributes
from gen.csource.statements import Body, Range, statements
from gen.csource.tokens import Tokens, is_word

MAX_NESTING = 40
"""How deep parentheses may nest; what is deeper is not looked into, and `TooDeepError` says so."""

_UNEVALUATED = frozenset({
    "sizeof", "_Alignof", "alignof", "__alignof__", "__alignof", "typeof", "__typeof__", "__typeof",
    "typeof_unqual", "__attribute__", "__builtin_types_compatible_p", "__same_type", "offsetof", "asm", "__asm__",
    "_Generic",
})  # fmt: skip
_ASSIGNING = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="})
_JUMPING = frozenset({"return", "goto", "break", "continue"})
_SPLITTING = _ASSIGNING | {",", "?", "&&", "||"}
_OF_INTEREST = frozenset({"(", "[", "{", "++", "--"}) | _ASSIGNING


@cache
def _not_names() -> frozenset[str]:
    """Words of a declarator that are not the name it declares."""
    return KEYWORDS | attributes()


class TooDeepError(Exception):
    """Parentheses nest deeper than MAX_NESTING."""


@dataclass(frozen=True, slots=True)
class Called:
    """A call, or a word that stands for one: its arguments are None where there are no parentheses.

    A call through a member has its `.` or `->` in the name: `->handler`, `.handler`.
    """

    name: str
    index: int
    arguments: tuple[Range, ...] | None
    assigned: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """`target` gets `value`; `sign` is `=`, `+=`, ..., `++`, or nothing for a declaration without initialiser."""

    target: str
    sign: str
    value: Range
    index: int
    declared: bool


@dataclass(frozen=True, slots=True)
class Inline:
    """Statements inside an expression: `({ ... })`, or an argument that a macro makes a statement of."""

    body: Body
    certain: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One alternative runs."""

    alternatives: tuple[Effects, ...]


Effect = Called | Assigned | Inline | Choice
Effects = tuple[Effect, ...]


def effects(code: Range, partners: Mapping[int, int], words: frozenset[str], *, declared: bool = False) -> Effects:
    """What an expression or declaration does, in order; TooDeepError.

    `words` are identifiers that matter without parentheses too, such as macros for a return.
    """
    return _Reader(code.tokens, partners, words, declared).sequence(code.start, code.end, 0)


class _Reader:
    """One expression; every method reads the tokens from `start` up to `end`."""

    def __init__(self, tokens: Tokens, partners: Mapping[int, int], words: frozenset[str], declared: bool) -> None:
        self.tokens = tokens
        self.texts = tokens.texts
        self.partners = partners
        self.words = words
        self.interesting = _OF_INTEREST | words
        self.declared = declared

    def sequence(self, start: int, end: int, depth: int) -> Effects:
        texts = self.texts[start:end]
        if not self.declared and self.interesting.isdisjoint(texts):
            return ()
        if depth and _SPLITTING.isdisjoint(texts):
            return self._operand(start, end, depth)
        found: list[Effect] = []
        for first, last in self._split(start, end, ","):
            found += self._assignment(first, last, depth)
        return tuple(found)

    def _top(self, start: int, end: int) -> Iterator[int]:
        index = start
        while index < end:
            yield index
            index = self.partners.get(index, index) + 1

    def _split(self, start: int, end: int, sign: str) -> Iterator[tuple[int, int]]:
        first = start
        for index in self._top(start, end) if sign in self.texts[start:end] else ():
            if self.texts[index] == sign:
                yield first, index
                first = index + 1
        yield first, end

    def _assignment(self, start: int, end: int, depth: int) -> Iterator[Effect]:
        if depth > MAX_NESTING:
            raise TooDeepError(f"parentheses nest deeper than {MAX_NESTING}")
        sign = self._sign(start, end)
        declared = self.declared and depth == 0
        if sign is None:
            # A declarator calls nothing: `extern void f(void);` is a prototype.
            if not declared:
                yield from self._ternary(start, end, depth)
            elif (index := self._declared_name(start, end)) is not None:
                yield Assigned(self.texts[index], "", Range(self.tokens, end, end), index, declared=True)
            return
        name = self._declared_name(start, sign) if declared else None
        first, last = start, sign
        while name is None and self.partners.get(first) == last - 1:
            first, last = first + 1, last - 1
        target = self.tokens.text(first, last) if name is None else self.texts[name]
        if not declared:
            yield from self._ternary(start, sign, depth)
        value = Range(self.tokens, sign + 1, end)
        yield from _with_target(tuple(self._assignment(sign + 1, end, depth + 1)), self._sole_call(value), target)
        yield Assigned(target, self.texts[sign], value, start if name is None else name, declared)

    def _sign(self, start: int, end: int) -> int | None:
        """Where `=` or its like is; not one inside an arm of `?:`."""
        if _ASSIGNING.isdisjoint(self.texts[start:end]):
            return None
        ends = _ASSIGNING | {"?"}
        found = next((index for index in self._top(start, end) if self.texts[index] in ends), None)
        return None if found is None or self.texts[found] == "?" else found

    def _declared_name(self, start: int, end: int) -> int | None:
        """The name that a declarator declares: the last word outside brackets, or the one in `(*name)(...)`."""
        names = [i for i in self._top(start, end) if is_word(self.texts[i]) and self.texts[i] not in _not_names()]
        for index in self._top(start, end):
            if (
                self.texts[index] == "("
                and self.texts[index + 1] == "*"
                and is_word(self.texts[self.partners[index] - 1])
            ):
                return self.partners[index] - 1
        return names[-1] if names else None

    def _sole_call(self, value: Range) -> int | None:
        """The index of the call that a value is, if it is nothing else; a cast before it may be."""
        start, end = value.start, value.end
        while start < end and self.texts[start] == "(":
            if self.partners[start] == end - 1:
                start, end = start + 1, end - 1
            else:
                start = self.partners[start] + 1
        if start + 1 < end and is_word(self.texts[start]) and self.texts[start + 1] == "(":
            return start if self.partners[start + 1] == end - 1 else None
        return start if start + 1 == end and self.texts[start] in self.words else None

    def _ternary(self, start: int, end: int, depth: int) -> Effects:
        if "?" not in self.texts[start:end]:
            return self._logical(start, end, depth)
        question = next((index for index in self._top(start, end) if self.texts[index] == "?"), None)
        if question is None:
            return self._logical(start, end, depth)
        colon = self._colon(question + 1, end)
        arms = ((question + 1, colon), (colon + 1, end))
        alternatives = tuple(self.sequence(first, max(first, last), depth + 1) for first, last in arms)
        first = self._logical(start, question, depth)
        return (*first, Choice(alternatives)) if any(alternatives) else first

    def _colon(self, start: int, end: int) -> int:
        waiting = 0
        for index in self._top(start, end):
            if self.texts[index] == ":" and waiting == 0:
                return index
            waiting += (self.texts[index] == "?") - (self.texts[index] == ":")
        return end

    def _logical(self, start: int, end: int, depth: int) -> Effects:
        found: list[Effect] = []
        for number, (first, last) in enumerate(self._split(start, end, "||")):
            operands = [self._operand(a, b, depth) for a, b in self._split(first, last, "&&")]
            # Of `a && b && c`, c runs only if b has run, so each is an alternative inside the one before it.
            rest: Effects = ()
            for operand in reversed(operands[1:]):
                inner = operand + (rest if len(operands) < MAX_NESTING else ())
                rest = (Choice((inner, ())),) + (rest if len(operands) >= MAX_NESTING else ()) if inner else rest
            arm = (*operands[0], *rest)
            found += arm if number == 0 or not arm else [Choice((arm, ()))]
        return tuple(found)

    def _operand(self, start: int, end: int, depth: int) -> Effects:
        if depth > MAX_NESTING:
            raise TooDeepError(f"parentheses nest deeper than {MAX_NESTING}")
        if self.interesting.isdisjoint(self.texts[start:end]):
            return ()
        found: list[Effect] = []
        index = start
        while index < end:
            text = self.texts[index]
            closing = self.partners.get(index, index)
            if closing > index:
                found += self._group(index, closing, depth)
            elif is_word(text):
                index = self._word(index, end, depth, found)
                continue
            elif text in {"++", "--"}:
                found += self._counted(start, index, end)
            index = closing + 1
        return tuple(found)

    def _word(self, index: int, end: int, depth: int, found: list[Effect]) -> int:
        """Reads a word and, if it has arguments, the call; says where the rest begins."""
        text = self.texts[index]
        has_arguments = index + 1 < end and self.texts[index + 1] == "("
        if text in _UNEVALUATED and has_arguments:
            return self.partners[index + 1] + 1
        if text in KEYWORDS or not has_arguments:
            if text in self.words and self.texts[index - 1 : index] not in (["."], ["->"]):
                found.append(Called(text, index, None, ""))
            return index + 1
        closing = self.partners[index + 1]
        arguments: list[Range] = []
        for first, last in self._split(index + 2, closing, ",") if closing > index + 2 else ():
            arguments.append(Range(self.tokens, first, last))
            # Those of a macro that is built in are evaluated where its body has them, if it has.
            found += () if text in self.words else self._argument(first, last, depth)
        before = self.texts[index - 1] if index else ""
        name = before + text if before in {".", "->"} else text
        found.append(Called(name, index, tuple(arguments), ""))
        return closing + 1

    def _argument(self, start: int, end: int, depth: int) -> Effects:
        if start < end and (self.texts[start] in _JUMPING or ";" in self.texts[start:end]) and self.texts[start] != "(":
            return (Inline(statements(Range(self.tokens, start, end), self.partners), certain=False),)
        return self.sequence_of(start, end, depth + 1)

    def sequence_of(self, start: int, end: int, depth: int) -> Effects:
        """A sequence that declares nothing."""
        declared, self.declared = self.declared, False
        try:
            return self.sequence(start, end, depth)
        finally:
            self.declared = declared

    def _group(self, opening: int, closing: int, depth: int) -> Effects:
        if self.texts[opening] == "(" and self.texts[opening + 1] == "{":
            inner = Range(self.tokens, opening + 2, self.partners[opening + 1])
            return (Inline(statements(inner, self.partners), certain=True),)
        return self.sequence_of(opening + 1, closing, depth + 1)

    def _counted(self, start: int, index: int, end: int) -> Iterator[Effect]:
        target = (index + 1, end) if index == start else (start, index)
        if all(is_word(text) or text in {".", "->"} for text in self.texts[target[0] : target[1]]):
            nothing = Range(self.tokens, index, index)
            yield Assigned(self.tokens.text(*target), self.texts[index], nothing, target[0], declared=False)


def _with_target(found: Effects, call: int | None, target: str) -> Iterator[Effect]:
    for effect in found:
        if call is not None and isinstance(effect, Called) and effect.index == call:
            yield Called(effect.name, effect.index, effect.arguments, target)
        else:
            yield effect
