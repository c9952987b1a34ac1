"""gen patch on the command line: what is refused, what is said, what is written and what is left alone."""

from __future__ import annotations

import pytest
from series_making import TREE, Toy, toy_tree
from support import BAD_INPUT, NO_MATCH, TOY, changed, run

toy = pytest.fixture(toy_tree)


def said(*arguments: object) -> tuple[int, str]:
    """The exit status, and the one thing that is said on standard error."""
    result = run("patch", *arguments)
    assert result.out == ""
    return result.code, result.err.removeprefix("gen patch: ").rstrip("\n")


# What is asked for.


def test_a_series_is_for_one_architecture(toy: Toy) -> None:
    (toy.here / "other.yaml").write_text(changed(TOY, "arch: toy\n", "arch: other\n"))
    assert said("*.yaml", "--tree", TREE) == (
        BAD_INPUT,
        "a series is for one architecture, and these are other and toy",
    )
    assert not (toy.here / "series").exists()


def test_a_pattern_may_name_one(toy: Toy) -> None:
    assert run("patch", "t*.yaml", "--tree", TREE).code == 0


def test_a_pattern_that_names_none(toy: Toy) -> None:
    assert run("patch", "nothing*.yaml", "--tree", TREE).code == NO_MATCH
