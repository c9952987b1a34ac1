"""Which lines of two versions of a file are the same: fast where they differ little, whatever their size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

T = TypeVar("T")

MANY = 2_000
"""Lines that differ from the first to the last change; among more of them, what stands everywhere is no anchor."""


def opcodes(before: Sequence[T], after: Sequence[T]) -> Iterator[tuple[str, int, int, int, int]]:
    """What `SequenceMatcher.get_opcodes()` says, without looking at what both begin and end with."""
    shorter = min(len(before), len(after))
    head = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    tail = next((at for at in range(shorter - head) if before[-1 - at] != after[-1 - at]), shorter - head)
    if head:
        yield "equal", 0, head, 0, head
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    matcher = SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > MANY)
    for what, start, end, other_start, other_end in matcher.get_opcodes():
        yield what, head + start, head + end, head + other_start, head + other_end
    if tail:
        yield "equal", len(before) - tail, len(before), len(after) - tail, len(after)
