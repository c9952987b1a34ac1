"""Symbols that assembly assigns while it is read, and what expressions of gas over them come to.

A symbol may have several values, each where some #if lines choose it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product

from gen.csource.conditions import Every, Formula, Not, Some, contradict, negated

MOST_VALUES = 16
"""Values of a symbol, and of an expression, that are told apart; with more it is not known."""

MOST_TOKENS = 200
"""Words and signs of an expression; a longer one is not a number."""

LARGEST = 1 << 64
"""What comes to more than an address is not known."""

ASSIGNED = re.compile(r"\s*((?:[A-Za-z_.$\\]|\\\(\))(?:[\w.$\\]|\\\(\))*)\s*=(?!=)\s*(.*)", re.DOTALL)
"""A symbol and what it is given."""

_TOKEN = re.compile(
    r"\s*(0[xX][0-9a-fA-F]{1,16}\b|\d{1,22}\b|[A-Za-z_.$][\w.$]*|<<|>>|<>|[=!<>]=|&&|\|\||[-+*/%&|^!~()<>])"
)

Case = tuple[Formula, int | None]
"""What is so, and the number that something is then; None if it is something else."""


def _divided(left: int, right: int) -> int:
    return int(left / right) if abs(left) < 1 << 52 else left // right


_BINARY: tuple[Mapping[str, Callable[[int, int], int]], ...] = (
    {"||": lambda a, b: int(bool(a or b))},
    {"&&": lambda a, b: int(bool(a and b))},
    {
        "+": operator.add,
        "-": operator.sub,
        "==": lambda a, b: -int(a == b),
        "<>": lambda a, b: -int(a != b),
        "!=": lambda a, b: -int(a != b),
        "<": lambda a, b: -int(a < b),
        ">": lambda a, b: -int(a > b),
        ">=": lambda a, b: -int(a >= b),
        "<=": lambda a, b: -int(a <= b),
    },
    {"|": operator.or_, "&": operator.and_, "^": operator.xor},
    {
        "*": operator.mul,
        "/": _divided,
        "%": lambda a, b: a - b * _divided(a, b),
        "<<": operator.lshift,
        ">>": operator.rshift,
    },
)
"""What signs between two numbers do, the weakest ones first (Using as, 6.2.3)."""

_UNARY: Mapping[str, Callable[[int], int]] = {
    "-": operator.neg,
    "+": operator.pos,
    "~": operator.invert,
    "!": lambda a: int(not a),
}


class _NotANumberError(Exception):
    """An expression of which it is not known what it comes to."""


def number(text: str, values: Mapping[str, int | None]) -> int | None:
    """What an expression comes to with these values of symbols; None if that is not known."""
    tokens = _tokens(text)
    if tokens is None or len(tokens) > MOST_TOKENS:
        return None
    try:
        value, rest = _binary(tokens, 0, values)
        return value if not rest else None
    except (_NotANumberError, ZeroDivisionError, RecursionError):
        return None


def names_in(text: str) -> Iterator[str]:
    """The symbols in an expression."""
    return (token for token in _tokens(text) or () if not token[0].isdigit() and re.match(r"[\w.$]", token))


def _tokens(text: str) -> list[str] | None:
    found: list[str] = []
    at = 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        found.append(match[1])
        at = match.end()
    return found


def _binary(tokens: list[str], level: int, values: Mapping[str, int | None]) -> tuple[int, list[str]]:
    if level == len(_BINARY):
        return _unary(tokens, values)
    left, rest = _binary(tokens, level + 1, values)
    while rest and rest[0] in _BINARY[level]:
        does = _BINARY[level][rest[0]]
        right, behind = _binary(rest[1:], level + 1, values)
        if rest[0] in {"<<", ">>"} and not 0 <= right < 64:
            raise _NotANumberError
        left, rest = does(left, right), behind
        if abs(left) >= LARGEST:
            raise _NotANumberError
    return left, rest


def _unary(tokens: list[str], values: Mapping[str, int | None]) -> tuple[int, list[str]]:
    if not tokens:
        raise _NotANumberError
    first, *rest = tokens
    if first in _UNARY:
        value, rest = _unary(rest, values)
        return _UNARY[first](value), rest
    if first == "(":
        value, rest = _binary(rest, 0, values)
        if rest[:1] != [")"]:
            raise _NotANumberError
        return value, rest[1:]
    known = _literal(first) if first[0].isdigit() else values.get(first)
    if known is None:
        raise _NotANumberError
    return known, rest


def _literal(text: str) -> int | None:
    base = 16 if text[:2].lower() == "0x" else 8 if text[0] == "0" and len(text) > 1 else 10
    try:
        value = int(text, base)
    except ValueError:
        return None
    return value if value < LARGEST else None


class Symbols:
    """The symbols that were assigned so far."""

    def __init__(self) -> None:
        self._cases: dict[str, list[Case]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._cases

    def __bool__(self) -> bool:
        return bool(self._cases)

    def assign(self, name: str, text: str, given: Formula) -> None:
        """Gives a symbol a value where something is so; elsewhere it keeps the one that it had."""
        new = self._values(text, given) or [(given, None)]
        left = [(_all(asks, negated(given)), value) for asks, value in self._cases.get(name, ())]
        cases: list[Case] = [(asks, value) for asks, value in (*new, *left) if asks is not False]
        self._cases[name] = cases if len(cases) <= MOST_VALUES else [(True, None)]

    def defined(self, name: str, given: Formula) -> Formula:
        """Whether a symbol was assigned."""
        cases = [asks for asks, _ in self._cases.get(name, ()) if _all(asks, given) is not False]
        return _any(_without(asks, given) for asks in cases)

    def number(self, name: str, given: Formula) -> int | None:
        """The number that a symbol is; None if it is none, or not always the same."""
        found = {value for asks, value in self._cases.get(name, ()) if _all(asks, given) is not False}
        is_always = self.defined(name, given) is True or len(found) == 1
        return found.pop() if len(found) == 1 and is_always else None

    def asked(self, text: str, given: Formula) -> Formula | None:
        """Whether an expression is not zero; None if that is not known."""
        values = self._values(text, given)
        if values is None or any(value is None for _, value in values):
            return None
        answers = {bool(value) for _, value in values}
        if len(answers) == 1:
            return answers.pop()
        return _any(_without(asks, given) for asks, value in values if value)

    def _values(self, text: str, given: Formula) -> list[Case] | None:
        """What an expression comes to where something is so; None if that is too much."""
        names = list(dict.fromkeys(names_in(text)))
        ways: list[list[Case]] = [self._cases.get(name, [(True, None)]) for name in names]
        found: list[Case] = []
        for number_of, way in enumerate(product(*ways)):
            if number_of >= MOST_VALUES:
                return None
            asks = _all(given, *(each for each, _ in way))
            if asks is not False:
                values = {name: value for name, (_, value) in zip(names, way, strict=True)}
                found.append((asks, number(text, values)))
        return found


def _parts(formula: Formula) -> tuple[Formula, ...]:
    return tuple(part for each in formula.parts for part in _parts(each)) if isinstance(formula, Every) else (formula,)


def _all(*formulas: Formula) -> Formula:
    """All of some formulas, each part once; False if they plainly contradict each other."""
    parts = tuple(dict.fromkeys(part for each in formulas for part in _parts(each) if part is not True))
    kept: list[Formula] = []
    for part in parts:
        left = [each for each in _parts(part.part) if each not in parts] if isinstance(part, Not) else [part, part]
        kept.append(negated(left[0]) if len(left) == 1 else part if left else False)
    if any(contradict(part, Every(tuple(kept))) for part in kept):
        return False
    return kept[0] if len(kept) == 1 else Every(tuple(kept)) if kept else True


def _without(formula: Formula, given: Formula) -> Formula:
    """A formula without the parts that are known to be so."""
    known = set(_parts(given))
    left = tuple(part for part in _parts(formula) if part is not True and part not in known)
    return left[0] if len(left) == 1 else Every(left) if left else True


def _any(formulas: Iterator[Formula]) -> Formula:
    parts = tuple(dict.fromkeys(formulas))
    if True in parts:
        return True
    return parts[0] if len(parts) == 1 else Some(parts) if parts else False
