"""Kconfig expressions: a small tree, read from text, shown as text, and evaluated as far as symbols are known.

The language is that of Documentation/kbuild/kconfig-language.rst ("Menu dependencies"). `m` is not modelled: a symbol
is on or off, or unknown.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

DEEPEST = 100
"""How many brackets and `!` may stand inside each other; the kernel's own deepest is 6."""


class ExpressionError(ValueError):
    """Text that is no Kconfig expression; the message says why."""


@dataclass(frozen=True)
class Symbol:
    """The value of a config symbol."""

    name: str


@dataclass(frozen=True)
class Constant:
    """A number, or text as it stood between two `quote`s."""

    text: str
    quote: str = ""


@dataclass(frozen=True)
class Macro:
    """Text with a `$(...)` in it, or that could not be read: nobody here knows its value."""

    text: str


Value = Symbol | Constant | Macro


@dataclass(frozen=True)
class Comparison:
    """Two values and one of = != < <= > >=."""

    left: Value
    sign: str
    right: Value


@dataclass(frozen=True)
class Not:
    """The opposite of another expression."""

    of: Expression


@dataclass(frozen=True)
class And:
    """All of `parts`; made by `all_of`, which leaves neither nests nor repetitions."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Or:
    """One of `parts`; made by `any_of`, which leaves neither nests nor repetitions."""

    parts: tuple[Expression, ...]


Expression = Value | Comparison | Not | And | Or

ALWAYS: Expression = And(())
NEVER: Expression = Or(())


def all_of(parts: Iterable[Expression]) -> Expression:
    """The conjunction, flat and without repetitions; ALWAYS of nothing."""
    flat = _flat(And, parts)
    if NEVER in flat:
        return NEVER
    return next(iter(flat)) if len(flat) == 1 else And(tuple(flat))


def any_of(parts: Iterable[Expression]) -> Expression:
    """The disjunction, flat and without repetitions; NEVER of nothing."""
    flat = _flat(Or, parts)
    if ALWAYS in flat:
        return ALWAYS
    return next(iter(flat)) if len(flat) == 1 else Or(tuple(flat))


def _flat(kind: type[And] | type[Or], parts: Iterable[Expression]) -> dict[Expression, None]:
    flat: dict[Expression, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part.parts if isinstance(part, kind) else (part,)))
    return flat


def negation(of: Expression) -> Expression:
    """The opposite; a double one is none."""
    if of in (ALWAYS, NEVER):
        return NEVER if of == ALWAYS else ALWAYS
    return of.of if isinstance(of, Not) else Not(of)


def symbols_of(expression: Expression) -> Iterator[str]:
    """Every symbol in it, in the order of the text, as often as it is there."""
    match expression:
        case Symbol(name):
            yield name
        case Comparison(left, _, right):
            yield from symbols_of(left)
            yield from symbols_of(right)
        case Not(of):
            yield from symbols_of(of)
        case And(parts) | Or(parts):
            for part in parts:
                yield from symbols_of(part)


# Text to tokens

LONGEST = 5000
"""How many tokens a line may have; the kernel's own longest has about 200."""


@dataclass(frozen=True, slots=True)
class Token:
    """A `word`, `string` or `sign`, or the `end` of the line.

    A string's text is what stands between its `quote`s; `start` and `end` count code points of the whole text from 0.
    """

    kind: str
    text: str
    start: int
    end: int
    quote: str = ""


# Possessive quantifiers, because a line may be 10 MB long and backtracking keeps a state for every step.
_BLANK = re.compile(r"(?:[ \t\r\f\v]|\\\r?\n)*+")
_SIGN = re.compile(r"&&|\|\||[!<>]?=|[!<>()]")
_WORD = re.compile(r"[\w-]++", re.ASCII)
_STOPS = {quote: re.compile(rf"\\.|\$\(|[{quote}\n]") for quote in ('"', "'")}
_BRACKET = re.compile(r"[()\n]")


def tokens(text: str, start: int = 0) -> list[Token]:
    """The tokens of a line of `text` from `start` on, and an `end` token.

    A backslash at the end of a line continues it; a `#` begins a comment. ExpressionError where there is no token.
    """
    found: list[Token] = []
    place = _skipped(text, start)
    while place < len(text) and text[place] not in "#\n":
        if len(found) == LONGEST:
            raise ExpressionError(f"more than {LONGEST} words in a line")
        found.append(_token_at(text, place))
        place = _skipped(text, found[-1].end)
    return [*found, Token("end", "the end of the line", place, place)]


def _skipped(text: str, place: int) -> int:
    blank = _BLANK.match(text, place)
    return blank.end() if blank else place


def _token_at(text: str, place: int) -> Token:
    if text[place] in _STOPS:
        end = _string_end(text, place)
        return Token("string", text[place + 1 : end - 1], place, end, text[place])
    if sign := _SIGN.match(text, place):
        return Token("sign", sign[0], place, sign.end())
    end = place
    while True:
        if word := _WORD.match(text, end):
            end = word.end()
        elif text.startswith("$(", end):
            end = _macro_end(text, end)
        else:
            break
    if end == place:
        raise ExpressionError(f"unexpected character {text[place]!a}")
    return Token("word", text[place:end], place, end)


def _string_end(text: str, place: int) -> int:
    quote = text[place]
    end = place + 1
    while stop := _STOPS[quote].search(text, end):
        if stop[0] == quote:
            return stop.end()
        if stop[0] == "\n":
            break
        end = _macro_end(text, stop.start()) if stop[0] == "$(" else stop.end()
    raise ExpressionError("a string without its closing quote")


def _macro_end(text: str, place: int) -> int:
    depth = 0
    for bracket in _BRACKET.finditer(text, place):
        if bracket[0] == "\n":
            break
        depth += 1 if bracket[0] == "(" else -1
        if not depth:
            return bracket.end()
    raise ExpressionError("a `$(` without its closing bracket")


# Tokens to tree


def parsed(text: str) -> Expression:
    """The expression that a text is; ExpressionError if it is none."""
    return parsed_tokens(tokens(text))


def parsed_tokens(words: list[Token]) -> Expression:
    """The expression that a list of tokens is, of which the last is an `end`; ExpressionError if it is none."""
    parser = _Parser(words)
    found = parser.disjunction()
    if parser.here.kind != "end":
        raise ExpressionError(f"unexpected {shortened(parser.here.text)}")
    return found


def shortened(text: str, most: int = 60) -> str:
    """A text that fits into a message, in backquotes."""
    return f"`{text if len(text) <= most else text[: most - 3] + '...'}`"


class _Parser:
    """Recursive descent, loosest operator first; brackets and `!` alone nest, up to DEEPEST."""

    def __init__(self, words: list[Token]) -> None:
        self._words = words
        self._next = 0
        self._depth = 0

    @property
    def here(self) -> Token:
        return self._words[self._next]

    def _takes(self, *signs: str) -> bool:
        taken = self.here.kind == "sign" and self.here.text in signs
        self._next += taken
        return taken

    def disjunction(self) -> Expression:
        parts = [self._conjunction()]
        while self._takes("||"):
            parts.append(self._conjunction())
        return any_of(parts)

    def _conjunction(self) -> Expression:
        parts = [self._operand()]
        while self._takes("&&"):
            parts.append(self._operand())
        return all_of(parts)

    def _operand(self) -> Expression:
        if not self._takes("!", "("):
            return self._comparison()
        opened = self._words[self._next - 1].text
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(f"more than {DEEPEST} brackets inside each other")
        found = negation(self._operand()) if opened == "!" else self.disjunction()
        if opened == "(" and not self._takes(")"):
            raise ExpressionError(f"{shortened(self.here.text)} where a bracket should close")
        self._depth -= 1
        return found

    def _comparison(self) -> Expression:
        left = self._value()
        sign = self.here.text
        if self._takes(*_COMPARISONS):
            return Comparison(left, sign, self._value())
        return _TRUTHS.get(left.text, left) if isinstance(left, Constant) else left

    def _value(self) -> Value:
        token = self.here
        if token.kind not in ("word", "string"):
            raise ExpressionError(f"{shortened(token.text)} where a symbol should be")
        self._next += 1
        if "$(" in token.text:
            return Macro(f"{token.quote}{token.text}{token.quote}")
        if token.quote:
            return Constant(token.text, token.quote)
        return Constant(token.text) if _CONSTANT.fullmatch(token.text) else Symbol(token.text)


_CONSTANT = re.compile(r"[ynm]|-?[0-9]+|0[xX][0-9a-fA-F]+")
_TRUTHS: dict[str, Expression] = {"y": ALWAYS, "n": NEVER}
_COMPARISONS: dict[str, Callable[[object, object], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": lambda left, right: _number(left) < _number(right),
    "<=": lambda left, right: _number(left) <= _number(right),
    ">": lambda left, right: _number(left) > _number(right),
    ">=": lambda left, right: _number(left) >= _number(right),
}


def _number(text: object) -> int:
    return int(str(text), 0)


# Tree to text


def shown(expression: Expression) -> str:
    """The expression as Kconfig text, with the fewest brackets; it reads back as the same tree."""
    match expression:
        case Symbol(text) | Macro(text):
            return text
        case Constant(text, quote):
            return f"{quote}{text}{quote}"
        case Comparison(left, sign, right):
            return f"{shown(left)} {sign} {shown(right)}"
        case Not(of):
            return f"!{_bracketed(of, And, Or, Comparison)}"
        case And(parts):
            return " && ".join(_bracketed(part, Or) for part in parts) or "y"
        case Or(parts):
            return " || ".join(shown(part) for part in parts) or "n"


def _bracketed(expression: Expression, *kinds: type) -> str:
    text = shown(expression)
    return f"({text})" if isinstance(expression, kinds) and expression not in (ALWAYS, NEVER) else text


# Values


def reduced(expression: Expression, known: Mapping[str, bool]) -> Expression:
    """What is left of an expression once some symbols are known."""
    match expression:
        case Symbol(name):
            return expression if name not in known else ALWAYS if known[name] else NEVER
        case Comparison():
            answer = _compared(expression, known)
            return expression if answer is None else ALWAYS if answer else NEVER
        case Not(of):
            return negation(reduced(of, known))
        case And(parts):
            return all_of(reduced(part, known) for part in parts)
        case Or(parts):
            return any_of(reduced(part, known) for part in parts)
        case _:
            return expression


def evaluated(expression: Expression, known: Mapping[str, bool]) -> bool | None:
    """Whether it holds, or None where that depends on a symbol that is not in `known`."""
    return {ALWAYS: True, NEVER: False}.get(reduced(expression, known))


def _compared(comparison: Comparison, known: Mapping[str, bool]) -> bool | None:
    left, right = (_text_of(value, known) for value in (comparison.left, comparison.right))
    if left is None or right is None:
        return None
    try:
        return _COMPARISONS[comparison.sign](left, right)
    except ValueError:  # an order between things that are no numbers
        return None


def _text_of(value: Value, known: Mapping[str, bool]) -> str | None:
    match value:
        case Symbol(name) if name in known:
            return "y" if known[name] else "n"
        case Constant(text):
            return text
        case _:
            return None
