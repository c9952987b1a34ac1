"""Which lines of two versions are the same: what is yielded covers both, and what is said to be equal is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gen.patch.matching import MANY, opcodes

LINES = st.lists(st.sampled_from("abcd"), max_size=12)


def check(before: Sequence[str], after: Sequence[str]) -> int:
    """How many lines are equal by what is said."""
    at, other_at, equal = 0, 0, 0
    for what, start, end, other_start, other_end in opcodes(before, after):
        assert (start, other_start) == (at, other_at)
        assert (what == "equal") == (before[start:end] == after[other_start:other_end])
        equal += (end - start) * (what == "equal")
        at, other_at = end, other_end
    assert (at, other_at) == (len(before), len(after))
    return equal


@pytest.mark.random
@given(LINES, LINES)
def test_every_line_is_told_of_once(before: Sequence[str], after: Sequence[str]) -> None:
    check(before, after)


def test_a_change_in_a_large_file_is_one_change() -> None:
    before = ["same"] * (100 * MANY)
    after = [*before[:MANY], "other", *before[MANY + 1 :]]
    assert check(before, after) == len(before) - 1
