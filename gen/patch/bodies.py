"""A function in all its views, with where each statement begins and ends in the text and what braces it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from gen.csource.headers import attributes
from gen.csource.kernel_views import KernelView, views_of
from gen.csource.outline import Function
from gen.csource.statements import (
    Block,
    Body,
    Declaration,
    Definition,
    If,
    Jump,
    Label,
    Loop,
    Range,
    Statement,
    Switch,
    definitions,
)
from gen.csource.tokens import Source, Tokens, is_word


@dataclass(frozen=True)
class View:
    """A function in one view."""

    condition: str
    tokens: Tokens
    partners: Mapping[int, int]
    definition: Definition

    @cached_property
    def offsets(self) -> frozenset[int]:
        """The offsets of its tokens in the text."""
        return frozenset(self.tokens.offsets)

    @property
    def body(self) -> Body:
        """The statements between the function's braces."""
        return self.definition.body

    @property
    def returns_nothing(self) -> bool | None:
        """Whether it is a void function; None if a macro hides that."""
        header, head = self.definition.header, self.definition.head
        if header.macro:
            return None
        before = head.tokens.texts[head.start : head.start + header.name_index]
        return "void" in before and "*" not in before

    def enclosing(self, index: int) -> Iterator[int]:
        """The opening parentheses and square brackets around a token, innermost first, up to a brace."""
        around = sorted((first for first, last in self.partners.items() if first < index < last), reverse=True)
        for opening in around:
            if self.tokens.texts[opening] == "{":
                return
            yield opening

    def statement_start(self, index: int) -> int:
        """Where the simple statement begins that a token is in."""
        for body, _ in self.bodies():
            for statement in body:
                whole = self.extent(statement)
                if not isinstance(statement, Block | If | Loop | Switch) and whole.start <= index < whole.end:
                    return whole.start
        return index

    def bodies(self) -> Iterator[tuple[Body, bool]]:
        """Every row of statements; the outermost one comes first and is True."""
        waiting = [self.body]
        first = True
        while waiting:
            body = waiting.pop()
            yield body, first
            first = False
            for statement in reversed(body):
                match statement:
                    case Block(_, inner) | Switch(_, _, inner):
                        waiting.append(inner)
                    case Loop():
                        waiting.append(statement.body)
                    case If(_, _, then, otherwise):
                        waiting += (otherwise, then)

    def extent(self, statement: Statement) -> Range:
        """All tokens of a statement, its semicolon and what it controls included."""
        start = statement.code.start
        if isinstance(statement, Loop) and statement.word == "do" and statement.first:
            start = statement.first.start
        return Range(self.tokens, start, self._end(statement))

    def _end(self, statement: Statement) -> int:
        match statement:
            case If() | Switch():
                return self.arms(statement)[-1].whole.end
            case Loop() if statement.word != "do":
                return self.arms(statement)[-1].whole.end
            case Label() | Block() | Loop():
                return statement.code.end
        end = statement.code.end
        return end + (self.tokens.texts[end : end + 1] == [";"])

    def arms(self, statement: If | Loop | Switch) -> tuple[Arm, ...]:
        """What a statement controls; of an `if` with `else if` behind it every arm, the last `else` included."""
        if isinstance(statement, If):
            return tuple(self._chain(statement))
        if isinstance(statement, Loop) and statement.word == "do" and statement.first:
            return (self._arm(statement.first, statement.body),)
        return (self._arm(statement.code, statement.body),)

    def _chain(self, statement: If) -> Iterator[Arm]:
        head = statement.code
        while True:
            arm = self._arm(head, statement.then)
            yield arm
            after = arm.whole.end
            if self.tokens.texts[after : after + 1] != ["else"]:
                return
            if self.tokens.texts[after + 1 : after + 2] != ["if"]:
                yield self._arm(Range(self.tokens, after, after + 1), statement.otherwise)
                return
            following = statement.otherwise[0]
            if not isinstance(following, If):
                return
            statement = following
            head = Range(self.tokens, after, statement.code.end)

    def _arm(self, head: Range, body: Body) -> Arm:
        opening = head.end
        if self.tokens.texts[opening : opening + 1] == ["{"]:
            closing = self.partners[opening]
            return Arm(head, Range(self.tokens, opening, closing + 1), body, braces=True)
        end = self.extent(body[-1]).end if body else opening
        return Arm(head, Range(self.tokens, opening, end), body, braces=False)


@dataclass(frozen=True, slots=True)
class Arm:
    """What `head`, such as `if (x)` or `else if (y)`, controls: `whole` with the braces, if it has any."""

    head: Range
    whole: Range
    body: Body
    braces: bool


@dataclass(frozen=True)
class FunctionCode:
    """A function with its views."""

    function: Function
    views: tuple[View, ...]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.function.name


def function_code(source: Source, function: Function) -> FunctionCode:
    """A function with its views, those left out whose brackets do not match; TooManyViewsError."""
    return FunctionCode(function, tuple(view for each in views_of(source, function) for view in _views(each)))


def _views(view: KernelView) -> Iterator[View]:
    partners, lost = view.tokens.partners()
    if lost is None:
        for definition in definitions(view.tokens, partners):
            yield View(view.condition, view.tokens, partners, definition)


@dataclass(frozen=True, slots=True)
class Declarator:
    """One name of a declaration with the tokens of its declarator, and those of its initialiser if it has one."""

    name: str
    code: Range
    value: Range | None


def declarators(statement: Declaration, partners: Mapping[int, int]) -> Iterator[Declarator]:
    """What a declaration declares, name by name."""
    code = statement.code
    first, texts = code.start, code.tokens.texts
    for index in (*_top(code, partners, ","), code.end):
        before = next(_top(Range(code.tokens, first, index), partners, "="), index)
        # Of `int x __maybe_unused` and `char x[3]` the name is x.
        names = [
            each
            for each in _top(Range(code.tokens, first, before), partners, "")
            if is_word(texts[each]) and texts[each] not in attributes()
        ]
        if names:
            start = names[-1]
            while start > first and texts[start - 1] == "*":
                start -= 1
            value = Range(code.tokens, before + 1, index) if before < index else None
            yield Declarator(texts[names[-1]], Range(code.tokens, start, index), value)
        first = index + 1


def _top(code: Range, partners: Mapping[int, int], sign: str) -> Iterator[int]:
    """The tokens outside of brackets that are a sign, or all if it is empty."""
    index = code.start
    while index < code.end:
        if not sign or code.tokens.texts[index] == sign:
            yield index
        index = partners.get(index, index) + 1


def declared(view: View) -> Iterator[tuple[Declaration, Declarator]]:
    """Every declaration of a view, name by name."""
    for body, _ in view.bodies():
        for statement in body:
            if isinstance(statement, Declaration):
                for each in declarators(statement, view.partners):
                    yield statement, each


def gotos(view: View) -> Iterator[Jump]:
    """Every `goto` to a label."""
    for body, _ in view.bodies():
        yield from (each for each in body if isinstance(each, Jump) and each.word == "goto")
