"""Rendered C back to the entry model: translation validation by reading what was written.

The reader knows the kernel's names and the prefix of the port. What a handler may do cannot be seen in C, so the flags
of a handler come from the spec; which handler is called where comes from the C alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gen.csource.functions import CBody, CFunction, CIf, CItem, CStatement, CWhile, normalised
from gen.diagnostics import Span
from gen.model.entry import Block, Branch, Call, EntryModel, Item, Loop, Step
from gen.model.flow import falls_through
from gen.model.release import Release
from gen.model.vocabulary import CONDITIONS, WORDS, Takes

_CALL = re.compile(r"([A-Za-z_]\w*)\((.*)\)")


@dataclass(frozen=True)
class Foreign:
    """A statement that is no step."""

    text: str
    line: int


class Reader:
    """Reads the functions of one port and release. Blocks carry the C line in their spans, with `file` as the name."""

    def __init__(self, model: EntryModel, release: Release, prefix: str, file: str) -> None:
        self.model = model
        self.prefix = prefix
        self.file = file
        self.handlers = model.handlers()
        self.foreign: list[Foreign] = []
        self._constants = {f"{prefix}{name}".upper(): name for name in model.classes}
        self._words = dict(_plain_words(release))
        self._handler_words = {
            item.handler.name: item.word for item in model.items() if isinstance(item, Step) and item.handler
        }

    def block(self, function: CFunction, is_path: bool) -> Block:
        """What a function does. A path that reaches its end returns; statements that are no steps go to `foreign`."""
        block = tuple(self._items(function.body))
        ending = (
            (Step("return", span=self._span(function.line)),) if is_path and falls_through(self.model, block) else ()
        )
        return (*block, *ending)

    def _span(self, line: int) -> Span:
        return Span(self.file, line, 1, line, 1)

    def _items(self, body: CBody) -> Iterator[Item]:
        for each in body:
            item = self._item(each)
            if item is not None:
                yield item

    def _item(self, each: CItem) -> Item | None:
        span = self._span(each.line)
        match each:
            case CIf():
                return Branch(
                    self._condition(each), tuple(self._items(each.then)), tuple(self._items(each.otherwise)), span
                )
            case CWhile():
                return Loop(self._condition(each), tuple(self._items(each.body)), span)
            case CStatement(text="enum ctx_state prev_state"):
                return None
            case CStatement():
                item = self._statement(each.text, span)
                if item is None:
                    self.foreign.append(Foreign(each.text, each.line))
                return item

    def _condition(self, each: CIf | CWhile) -> str:
        for name, condition in CONDITIONS.items():
            if condition.c and each.question == condition.c:
                return name
        match = _CALL.fullmatch(each.question)
        if match and match[1].startswith(self.prefix) and match[2] == "regs":
            return match[1].removeprefix(self.prefix)
        self.foreign.append(Foreign(each.question, each.line))
        return each.question

    def _statement(self, text: str, span: Span) -> Item | None:
        if text in self._words:
            return Step(self._words[text], span=span)
        match = _CALL.fullmatch(text)
        if match is None or not match[1].startswith(self.prefix):
            return None
        return self._port_call(match[1].removeprefix(self.prefix), match[2], span)

    def _port_call(self, name: str, arguments: str, span: Span) -> Item | None:
        row = WORDS.get(name)
        if row and row.takes is Takes.CLASSES:
            return self._class_step(name, arguments, span)
        if row and row.tracking and not arguments:
            return Step(name, span=span)
        if name in self.handlers and arguments == "regs":
            return Step(self._handler_words[name], handler=self.handlers[name], span=span)
        if name in self.model.sequences and arguments in {"", "regs"}:
            return Call(name, span)
        return None

    def _class_step(self, word: str, arguments: str, span: Span) -> Step | None:
        if word == "inherit":
            regs, _, arguments = arguments.partition(", ")
            if regs != "regs":
                return None
        constants = re.sub(r"[()\s]", "", arguments).split("|")
        if not all(constant in self._constants for constant in constants):
            return None
        return Step(word, classes=tuple(self._constants[constant] for constant in constants), span=span)


def _plain_words(release: Release) -> Iterator[tuple[str, str]]:
    for row in WORDS.values():
        if row.c and not row.tracking:
            (statement,) = row.statements(release)
            yield normalised(statement), row.name
