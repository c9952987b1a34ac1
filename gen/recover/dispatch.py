"""Dispatchers in C: entry points that hand pt_regs on to one of some functions, whichever way they go.

A function dispatches if it hands them on once on each way through it, and if it does not move the state itself.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from gen.csource.statements import Block, Body, Definition, If, Jump, Label, Loop, Range, Switch, definitions
from gen.csource.tokens import Tokens, tokenize
from gen.recover.c_function import CFunction
from gen.recover.entry_words import EntryWords


def handed_on(function: CFunction, known: Container[str], words: EntryWords) -> tuple[str, ...]:
    """The functions among those known that a dispatcher hands its pt_regs on to; nothing if it is no dispatcher."""
    code = _code(function)
    if code is None or not function.regs:
        return ()
    tokens = code.code.tokens
    calls = list(_calls(tokens, code.code.start, code.code.end))
    if any(words.matches("enters", name) for name in (*function.around, *(name for name, _, _ in calls))):
        return ()
    handing = {
        index: name
        for name, index, end in calls
        if name in known and name != function.name and function.regs in tokens.texts[index + 2 : end]
        if tokens.texts[index - 1] in _BEFORE_STATEMENT
    }
    if not handing or _Ways(frozenset(handing)).counts(code.body) != {1}:
        return ()
    return tuple(dict.fromkeys(handing.values()))


_BEFORE_STATEMENT = frozenset({";", "{", "}", ")", ":", "else", "do", "return"})
"""What stands before a call that is a statement, or all that is returned."""


def _code(function: CFunction) -> Definition | None:
    """The definition without its directives: every arm of an #if, one after the other."""
    if function.function is None:
        return None
    plain = tokenize(function.source.text, function.function.start, function.function.end)
    kept = [index for index, text in enumerate(plain.texts) if text[0] != "#"]
    tokens = Tokens([plain.texts[index] for index in kept], [plain.offsets[index] for index in kept])
    partners, lost = tokens.partners()
    return next(definitions(tokens, partners), None) if lost is None else None


def _calls(tokens: Tokens, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Each call in a range: its name, the index of that, and the index behind its arguments."""
    partners, _ = tokens.partners()
    for index in range(start, min(end, len(tokens) - 1)):
        if tokens.texts[index + 1] == "(" and tokens.texts[index].isidentifier():
            yield tokens.texts[index], index, partners[index + 1]


class _Ways:
    """Counts calls on the ways through statements, up to two."""

    def __init__(self, handing: Container[int]) -> None:
        self._handing = handing
        self._returned: set[int] = set()
        self._broken: set[int] = set()

    def counts(self, body: Body) -> set[int]:
        """How many calls there are on a way, for each way."""
        return self._through(body, {0}) | self._returned

    def _through(self, body: Body, before: set[int]) -> set[int]:
        """The same for the ways that come to the end of a block; `before` are those that come to its begin."""
        counts = before
        for statement in body:
            match statement:
                case If():
                    counts = self._through(statement.then, counts) | self._through(statement.otherwise, counts)
                case Switch():
                    counts = self._left(statement.body, counts, through=not _has_default(statement.body))
                case Loop():
                    counts = self._left(statement.body, counts, through=True)
                case Block():
                    counts = self._through(statement.body, counts)
                case Jump():
                    ended = self._after(counts, statement.code)
                    (self._broken if statement.word in {"break", "continue"} else self._returned).update(ended)
                    counts = set()
                case Label():
                    counts = counts | before
                case _:
                    counts = self._after(counts, statement.code)
        return counts

    def _left(self, body: Body, before: set[int], *, through: bool) -> set[int]:
        """The same for a switch or loop, which also ends where something breaks out of it, or may not run at all."""
        outer, self._broken = self._broken, set()
        last = self._through(body, before) | self._broken | (before if through else set())
        self._broken = outer
        return last

    def _after(self, counts: set[int], code: Range) -> set[int]:
        more = sum(index in self._handing for index in range(code.start, code.end))
        return {min(count + more, 2) for count in counts}


def _has_default(body: Body) -> bool:
    return any(isinstance(each, Label) and each.name == "default" for each in body)
