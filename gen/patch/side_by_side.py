"""A file before and after as rows of two columns: what stays, what goes, what comes, and the words that change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise, zip_longest

from gen.patch.matching import opcodes

CONTEXT = 5
"""How many unchanged lines are shown around a change."""
_LEAST_FOLD = 3
"""Fewer lines than these are not worth a line that says how many they are."""

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_ALIKE = 0.5
"""From which share of equal tokens on two lines are one line that was changed."""
_MOST_PAIRS = 1024
"""Where the lines of a change are paired by their order only: every line is compared with every other."""
_MOST_TOKENS = 256
"""Where a line is too long to be compared word by word."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line; `changed` is whether the other column has something else for it."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Side:
    """A line of one column: its number from 1, and its pieces, which join to the line without its line feed."""

    number: int
    pieces: tuple[Piece, ...]
    line_feed: bool

    @property
    def text(self) -> str:
        """The line as the file has it."""
        return "".join(piece.text for piece in self.pieces) + "\n" * self.line_feed


@dataclass(frozen=True, slots=True)
class Row:
    """A line before, a line after, or both."""

    before: Side | None
    after: Side | None
    same: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows under each other: a hunk with its context, or unchanged lines that are folded."""

    rows: tuple[Row, ...]
    folded: bool


def stretches(before: str, after: str) -> tuple[Stretch, ...]:
    """A whole file in order; the texts of its rows join to the texts that were given."""
    rows = tuple(_rows(_LINE.findall(before), _LINE.findall(after)))
    changed = [number for number, row in enumerate(rows) if not row.same]
    found: list[Stretch] = []
    at = 0
    for start, end in _hunks(changed, len(rows)):
        if at < start:
            found.append(Stretch(rows[at:start], folded=True))
        found.append(Stretch(rows[start:end], folded=False))
        at = end
    if at < len(rows):
        found.append(Stretch(rows[at:], folded=True))
    return tuple(found)


def _hunks(changed: Sequence[int], count: int) -> Iterator[tuple[int, int]]:
    """The rows of each hunk, by the numbers of the rows that are changed; context that nearly meets is not parted."""
    if not changed:
        return
    least = _LEAST_FOLD
    apart = [(one, other) for one, other in pairwise(changed) if other - one - 1 >= 2 * CONTEXT + least]
    starts = [changed[0], *(other for _, other in apart)]
    ends = [*(one for one, _ in apart), changed[-1]]
    for first, last in zip(starts, ends, strict=True):
        start, end = first - CONTEXT, last + 1 + CONTEXT
        yield (0 if start < least else start), (count if count - end < least else end)


def _rows(before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    for what, left, left_end, right, right_end in opcodes(before, after):
        if what == "equal":
            for number, line in enumerate(before[left:left_end]):
                yield Row(_side(left + number, line), _side(right + number, line), same=True)
        else:
            yield from _changed(before[left:left_end], after[right:right_end], left, right)


def _changed(before: Sequence[str], after: Sequence[str], left: int, right: int) -> Iterator[Row]:
    """Lines in the place of others: those that are alike beside each other, the rest in order."""
    at, other_at = 0, 0
    for one, other in (*_pairs(before, after), (len(before), len(after))):
        for i, j in zip_longest(range(at, one), range(other_at, other)):
            yield Row(
                None if i is None else _side(left + i, before[i]),
                None if j is None else _side(right + j, after[j]),
                same=False,
            )
        if one < len(before):
            yield _edited(before[one], after[other], left + one, right + other)
        at, other_at = one + 1, other + 1


def _pairs(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Which lines are alike, in order, so that as much as possible is."""
    if not before or not after or len(before) * len(after) > _MOST_PAIRS:
        return []
    best: list[list[tuple[float, list[tuple[int, int]]]]] = [[(0.0, [])] * (len(after) + 1)]
    for i, line in enumerate(before):
        row: list[tuple[float, list[tuple[int, int]]]] = [(0.0, [])]
        for j, other in enumerate(after):
            choice = max(best[i][j + 1], row[j], key=lambda each: each[0])
            alike = _likeness(line, other)
            score, pairs = best[i][j]
            if alike >= _ALIKE and score + alike > choice[0]:
                choice = (score + alike, [*pairs, (i, j)])
            row.append(choice)
        best.append(row)
    return best[-1][-1][1]


def _likeness(one: str, other: str) -> float:
    """The share of tokens that two lines have in common, whitespace aside."""
    words, others = ([token for token in _TOKEN.findall(line) if not token.isspace()] for line in (one, other))
    if max(len(words), len(others)) > _MOST_TOKENS:
        return 0.0
    return SequenceMatcher(None, words, others, autojunk=False).ratio()


def _edited(before: str, after: str, left: int, right: int) -> Row:
    """One line that was changed, with the words that differ."""
    texts: list[list[str]] = [_TOKEN.findall(line.removesuffix("\n")) for line in (before, after)]
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    for what, *bounds in SequenceMatcher(None, texts[0], texts[1], autojunk=False).get_opcodes():
        for made, tokens, start, end in zip(pieces, texts, bounds[::2], bounds[1::2], strict=True):
            if start < end:
                made.append(Piece("".join(tokens[start:end]), what != "equal"))
    one, other = (tuple(each) for each in pieces)
    return Row(Side(left + 1, one, before.endswith("\n")), Side(right + 1, other, after.endswith("\n")), same=False)


def _side(index: int, line: str) -> Side:
    text = line.removesuffix("\n")
    return Side(index + 1, (Piece(text, changed=False),) if text else (), line_feed=line != text)
