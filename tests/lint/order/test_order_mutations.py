"""One-line changes to the entry code of Linux 6.12: each is found, with its rule and the line, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from order_cases import findings
from order_mutations import MUTATIONS
from order_trees import Mutation, have_tree, mutated, read_tree, text_of, unchanged
from trees import TREE_RELEASE

from gen.lint.order.entries import EntryReading

pytestmark = pytest.mark.tree


@pytest.fixture(autouse=True)
def _trees(tree: Path) -> None:
    have_tree(TREE_RELEASE, tree)


def named_lines(reading: EntryReading, changed: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The rule of each finding with the text of its line."""
    for each in findings(reading):
        text = changed.get(each.span.file) or text_of(TREE_RELEASE, each.span.file) or ""
        yield each.rule, text.split("\n")[each.span.line - 1].strip()


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS.keys())
def test_a_mutation_is_found(mutation: Mutation) -> None:
    changed = {mutation.file: mutated(TREE_RELEASE, mutation)}
    assert changed[mutation.file] != text_of(TREE_RELEASE, mutation.file)
    known = set(named_lines(unchanged(TREE_RELEASE, mutation.arch), {}))
    have = sorted(
        each for each in named_lines(read_tree(TREE_RELEASE, mutation.arch, changed), changed) if each not in known
    )
    want = sorted(mutation.found)
    assert [rule for rule, _ in have] == [rule for rule, _ in want], have
    left = list(have)
    for rule, word in want:
        line = next((each for each in left if each[0] == rule and word in each[1]), None)
        assert line is not None, (rule, word, have)
        left.remove(line)
