"""Edits of a text, and the draft in which they are collected token by token before they become edits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from gen.csource.statements import Range
from gen.csource.tokens import Tokens, tokenize


class Why(StrEnum):
    """What an edit is good for, as a reviewer reads it."""

    CALL = "the call has nothing to do any more"
    DECLARATION = "nothing saves a state in it any more"
    EMPTY = "nothing is left in it"
    GOTO = "its label has nothing left to do but return"
    LABEL = "nothing goes to it any more"
    FILLER = "a label needs a statement behind it"
    RETURN = "the function ends here anyway"
    UNREACHABLE = "nothing comes here any more"
    BRACES = "one statement is left between them"
    CONDITIONAL = "nothing is left between the #if lines"
    WRAPPER = "it existed only for the pair"
    INCLUDE = "nothing of it is used any more"
    BLANK = "it separates nothing any more"
    EXIT = "the run left without exception_exit()"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """`text` in the place of the code points `start` up to, not including, `end`."""

    start: int
    end: int
    text: str
    why: Why


def applied(text: str, edits: Iterable[Edit]) -> str:
    """A text with all edits applied at once; they must not overlap, and are in any order."""
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits):
        if edit.start < position:
            raise ValueError(f"two edits change offset {edit.start}")
        pieces += (text[position : edit.start], edit.text)
        position = edit.end
    return "".join((*pieces, text[position:]))


class Draft:
    """A file while its edits are being found: the tokens that go, and the stretches that become something else.

    Tokens are named by their offset in the text, so that every view of a function speaks of the same ones.
    """

    def __init__(self, text: str, tokens: Tokens | None = None) -> None:
        self.text = text
        self.tokens = tokenize(text) if tokens is None else tokens
        self.gone: dict[int, Why] = {}
        self.replaced: dict[int, Edit] = {}

    def blank(self) -> Draft:
        """A draft of the same text in which nothing is found yet."""
        return Draft(self.text, self.tokens)

    def take(self, other: Draft) -> None:
        """Finds what another draft of the same text has found."""
        self.gone.update(other.gone)
        self.replaced.update(other.replaced)

    @cached_property
    def number(self) -> dict[int, int]:
        """The number of the token at an offset."""
        return {offset: index for index, offset in enumerate(self.tokens.offsets)}

    def drop(self, offsets: Iterable[int], why: Why) -> None:
        """Tokens go."""
        for offset in offsets:
            self.gone[offset] = why

    def replace(self, start: int, end: int, text: str, why: Why) -> None:
        """A stretch becomes a text, whatever was said about its tokens before."""
        for offset in [each for each in self.gone if start <= each < end]:
            del self.gone[offset]
        self.replaced[start] = Edit(start, end, text, why)

    def changes(self, offset: int) -> bool:
        """Whether a token does not stay."""
        return offset in self.gone or any(each.start <= offset < each.end for each in self.replaced.values())

    def has_gone(self, code: Range) -> bool:
        """Whether code that is not empty goes, by its first token."""
        return code.offset in self.gone

    def gap(self, index: int) -> str:
        """The whitespace and comments before token number `index`, or behind the last one."""
        end = self.tokens.offsets[index] if index < len(self.tokens) else len(self.text)
        return self.text[end_of(self.tokens, index - 1) if index else 0 : end]

    def comment_between(self, first: int, last: int) -> bool:
        """Whether a comment stands somewhere between two tokens, given by their offsets."""
        return any(has_comment(self.gap(index)) for index in range(self.number[first] + 1, self.number[last] + 1))

    def directive_between(self, first: int, last: int) -> bool:
        """Whether a directive stands somewhere between two tokens, given by their offsets."""
        return any(text[0] == "#" for text in self.tokens.texts[self.number[first] : self.number[last]])


def end_of(tokens: Tokens, index: int) -> int:
    """The offset behind a token."""
    return tokens.offsets[index] + len(tokens.texts[index])


def has_comment(gap: str) -> bool:
    """Whether there is a comment in what stands between two tokens."""
    return "/" in gap


def offsets_of(code: Range) -> list[int]:
    """The offsets of the tokens of a range."""
    return list(code.tokens.offsets[code.start : code.end])
