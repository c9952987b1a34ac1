"""The statements that call the pair: which of them go, and what goes with them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from gen.csource.kernel_file import KernelFile
from gen.csource.statements import Block, Body, Declaration, Expression, If, Loop, Range, Switch
from gen.csource.tokens import is_word
from gen.facts.loader import calls_that
from gen.kernel.names import ENTER, EXIT
from gen.patch.bodies import Arm, FunctionCode, View, declared
from gen.patch.declarations import drop_declarators, is_constant, must_be_local, texts_of, unused_states
from gen.patch.edits import Draft, Why, offsets_of
from gen.patch.refusals import PAIR, RefusedError, mentions, why_not

_CALL = [ENTER, "(", ")"]
_CHANGING = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "++", "--", "{"})


def drop_calls(draft: Draft, code: FunctionCode, file: KernelFile) -> None:
    """Takes the pair, and the variables that only serve it, out of a function; RefusedError."""
    names = _saved_in(code)
    found: list[Draft] = []
    for view in code.views:
        part = draft.blank()
        for name, offset in _saves(view).items():
            must_be_local(view, name, offset, file.macros)
        _Dropper(part, view, names).body(view.body)
        _must_be_gone(part, view, names)
        found.append(part)
    _must_agree(code.views, found)
    for part in found:
        draft.take(part)


def _saved_in(code: FunctionCode) -> frozenset[str]:
    saved = {name for view in code.views for name in _saves(view)}
    unused = [frozenset(unused_states(view)) for view in code.views]
    return frozenset(saved | {name for each in unused for name in each if all(name in other for other in unused)})


def _saves(view: View) -> dict[str, int]:
    """The variables that get the state from exception_enter(), or give it to exception_exit(), and where."""
    found: dict[str, int] = {}
    for body, _ in view.bodies():
        for statement in body:
            if isinstance(statement, Expression):
                match texts_of(statement.code):
                    case [name, "=", *value] if value == _CALL and is_word(name):
                        found.setdefault(name, statement.code.offset)
                    case [call, "(", name, ")"] if call == EXIT and is_word(name) and not is_constant([name]):
                        found.setdefault(name, statement.code.offset)
    for _, each in declared(view):
        if each.value and texts_of(each.value) == _CALL:
            found.setdefault(each.name, each.code.offset)
    return found


def _must_be_gone(draft: Draft, view: View, names: frozenset[str]) -> None:
    for index in mentions(view, PAIR | names):
        offset = view.tokens.offsets[index]
        if not draft.changes(offset):
            text = view.tokens.texts[index]
            raise RefusedError(offset, why_not(view, index, text, state=text not in PAIR))


def _must_agree(views: Sequence[View], found: Sequence[Draft]) -> None:
    for view, part in zip(views, found, strict=True):
        for other in found:
            odd = [offset for offset in other.gone if offset in view.offsets and not part.changes(offset)]
            if odd:
                raise RefusedError(min(odd), "the #if lines make it a part of different statements")


@cache
def _asking() -> frozenset[str]:
    """What stands before a parenthesis in a condition that does nothing but ask."""
    return calls_that(lambda row: row.only_asks) | {"if", "sizeof"}


class _Dropper:
    """Finds what goes in one view."""

    def __init__(self, draft: Draft, view: View, names: frozenset[str]) -> None:
        self.draft = draft
        self.view = view
        self.names = names

    def body(self, body: Body) -> None:
        for statement in body:
            match statement:
                case Expression():
                    if self._is_of_the_pair(texts_of(statement.code)):
                        self.draft.drop(offsets_of(self.view.extent(statement)), Why.CALL)
                case Declaration():
                    drop_declarators(self.draft, self.view, statement, self.names, _CALL)
                case Block(_, inner):
                    self.body(inner)
                    if self._empty(inner):
                        self._drop_empty(statement.code)
                case If():
                    self._if(statement)
                case Switch() | Loop():
                    self.body(statement.body)
                    if self._empty(statement.body):
                        word = self.view.tokens.texts[self.view.extent(statement).start]
                        raise RefusedError(statement.code.offset, f"nothing would be left in this `{word}`")

    def _is_of_the_pair(self, texts: list[str]) -> bool:
        if texts[:3] == ["(", "void", ")"]:
            texts = texts[3:]
        match texts:
            case [name, "(", ")"]:
                return name == ENTER
            case [name, "(", argument, ")"] if name == EXIT:
                return argument in self.names or is_constant([argument])
            case [target, "=", *value] if target in self.names:
                return value == _CALL or is_constant(value)
        return False

    def _empty(self, body: Body) -> bool:
        return bool(body) and all(self.draft.has_gone(self.view.extent(each)) for each in body)

    def _drop_empty(self, code: Range) -> None:
        offsets = offsets_of(code)
        if self.draft.comment_between(offsets[0], offsets[-1]):
            raise RefusedError(code.offset, "nothing but a comment would be left in it")
        self.draft.drop(offsets, Why.EMPTY)

    def _if(self, statement: If) -> None:
        arms = self.view.arms(statement)
        for arm in arms:
            self.body(arm.body)
        empty = [self._empty(arm.body) for arm in arms]
        if not any(empty):
            return
        kept = max((number for number, each in enumerate(empty) if not each), default=-1)
        if any(empty[:kept]):
            raise RefusedError(arms[empty.index(True)].head.offset, "nothing would be left in this arm of the `if`")
        going = arms[kept + 1 :]
        behind = going[-1].whole.end
        if kept >= 0 and self.view.tokens.texts[behind : behind + 1] == ["else"]:
            raise RefusedError(going[0].head.offset, "the `else` behind it would belong to another `if`")
        for arm in going:
            self._must_only_ask(arm)
        self._drop_empty(Range(self.view.tokens, going[0].head.start, going[-1].whole.end))

    def _must_only_ask(self, arm: Arm) -> None:
        tokens, head = self.view.tokens, arm.head
        for index in range(head.start, head.end):
            text = tokens.texts[index]
            called = index + 1 < head.end and tokens.texts[index + 1] == "(" and is_word(text)
            if text in _CHANGING or (called and text not in _asking()):
                what = f"{text}()" if called else f"`{text}`"
                raise RefusedError(head.offset, f"nothing would be left in this `if`, and its {what} may have effects")
