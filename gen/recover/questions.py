"""What a C condition asks, taken apart: `&&`, `||` and `!` become ways, so that only atoms are questions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from gen.csource.cfg import Graph, Kind
from gen.csource.expressions import Assigned, Called, effects
from gen.csource.statements import Range
from gen.csource.tokens import Tokens, is_word
from gen.recover.call_facts import ALWAYS, NEVER, TRANSPARENT

_BINARY = frozenset({
    "==", "!=", "<", ">", "<=", ">=", "&", "|", "^", "+", "-", "/", "%", "<<", ">>", "?", ":", ",", "=", "&&", "||",
    "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=",
})  # fmt: skip
_CONFIG = frozenset({"IS_ENABLED", "IS_BUILTIN", "IS_REACHABLE"})


@dataclass(frozen=True, slots=True)
class Atom:
    """A question that is not taken apart: its text without blanks, and its calls in the order of evaluation.

    `is_call` says that the last of them is all that is asked.
    """

    text: str
    code: Range
    calls: tuple[Called, ...]
    is_call: bool


@dataclass(frozen=True, slots=True)
class Constant:
    """A question with one answer."""

    answer: bool


@dataclass(frozen=True, slots=True)
class Config:
    """What the configuration answers, which is not known."""

    symbol: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: Asked


@dataclass(frozen=True, slots=True)
class Both:
    """The first, and if that is true the second."""

    first: Asked
    second: Asked


@dataclass(frozen=True, slots=True)
class Either:
    """The first, and if that is false the second."""

    first: Asked
    second: Asked


Asked = Atom | Constant | Config | Not | Both | Either


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition, or a value that is returned: the C node that it begins in, those that it covers, what it asks."""

    start: int
    covers: frozenset[int]
    asked: Asked


class _NotTakenApartError(Exception):
    """A condition with a statement or a choice inside of what would be an atom."""


def conditions(
    graph: Graph,
    partners: Mapping[int, int],
    matter: Collection[str],
    pins: Mapping[str, bool],
    *,
    keeps_options: bool = False,
) -> dict[int, Condition]:
    """The conditions of a function by the C node that decides, and its values by the node that returns.

    Left to the nodes that the C graph has for it is a condition with a macro that is built in (`matter`), and what
    macros bring. What asks for the configuration is left out of `&&` and `||` unless `pins` know it, or
    `keeps_options` says that it counts.
    """
    found: dict[int, Condition] = {}
    tokens = graph.nodes[0].code.tokens
    for index, node in enumerate(graph.nodes):
        code = node.code
        if node.kind not in {Kind.BRANCH, Kind.RETURN} or code.tokens is not tokens or code.end <= code.start:
            continue
        if node.kind is Kind.BRANCH and not {edge.label for edge in node.successors} <= {"true", "false"}:
            continue
        if not frozenset(matter).isdisjoint(tokens.texts[code.start : code.end]):
            continue
        start = index
        while graph.nodes[start - 1].code is code:
            start -= 1
        try:
            asked = _Reader(tokens, partners, pins, keeps_options=keeps_options).read(code.start, code.end)
        except _NotTakenApartError:
            continue
        found[index] = Condition(start, frozenset(range(start, index + 1)), asked)
    return found


def plain(text: str) -> str:
    """C text without blanks, as the tables have it."""
    return "".join(text.split())


class _Reader:
    def __init__(
        self, tokens: Tokens, partners: Mapping[int, int], pins: Mapping[str, bool], *, keeps_options: bool
    ) -> None:
        self.texts = tokens.texts
        self.tokens = tokens
        self.partners = partners
        self.pins = pins
        self.keeps_options = keeps_options

    def read(self, start: int, end: int) -> Asked:
        texts = self.texts
        while end - start > 2 and texts[start] == "(" and self.partners.get(start) == end - 1:
            start, end = start + 1, end - 1
        for sign, joined in (("||", Either), ("&&", Both)):
            parts = list(self._split(start, end, sign))
            if len(parts) > 1:
                return self._joined([self.read(*part) for part in parts], joined)
        if start < end and texts[start] == "!" and self._is_unary(start + 1, end):
            return _negated(self.read(start + 1, end))
        name = texts[start] if start < end else ""
        is_call = end - start > 2 and is_word(name) and texts[start + 1] == "(" and self.partners[start + 1] == end - 1
        if is_call and name in TRANSPARENT:
            return self.read(start + 2, end - 1)
        if is_call and name in _CONFIG:
            answer = self.pins.get(texts[start + 2])
            return Config(texts[start + 2]) if answer is None else Constant(answer)
        text = plain(self.tokens.text(start, end)) if start < end else ""
        if text in ALWAYS or text in NEVER:
            return Constant(text in ALWAYS)
        return self._atom(Range(self.tokens, start, end), text, is_call)

    def _atom(self, code: Range, text: str, is_call: bool) -> Atom:
        calls: list[Called] = []
        for effect in effects(code, self.partners, frozenset()):
            if isinstance(effect, Called):
                calls.append(effect)
            elif not isinstance(effect, Assigned):
                raise _NotTakenApartError
        return Atom(text, code, tuple(calls), is_call and bool(calls))

    def _joined(self, parts: list[Asked], joined: type[Both] | type[Either]) -> Asked:
        """The parts together, without those that only the configuration answers if anything else is asked."""
        asking = [part for part in parts if self.keeps_options or not _is_config(part)] or parts[:1]
        found = asking[-1]
        for part in reversed(asking[:-1]):
            found = joined(part, found)
        return found

    def _split(self, start: int, end: int, sign: str) -> Iterator[tuple[int, int]]:
        first = index = start
        while index < end:
            if self.texts[index] == sign:
                yield first, index
                first = index + 1
            index = self.partners.get(index, index) + 1
        yield first, end

    def _is_unary(self, start: int, end: int) -> bool:
        index = start
        while index < end:
            if self.texts[index] in _BINARY:
                return False
            index = self.partners.get(index, index) + 1
        return True


def _negated(part: Asked) -> Asked:
    match part:
        case Constant(answer):
            return Constant(not answer)
        case Not(inner):
            return inner
    return Not(part)


def _is_config(part: Asked) -> bool:
    return isinstance(part, Config) or (isinstance(part, Not) and isinstance(part.part, Config))
