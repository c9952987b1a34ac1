"""A flow to a block: where ways that parted come together again, nothing is written twice."""

from __future__ import annotations

from gen.diagnostics import Span
from gen.lint.order.flow import Flow, Node, Question, Way
from gen.lint.order.structure import block_of
from gen.model.entry import Branch, Step

MASK, UNMASK = Step("mask", classes=("irq",)), Step("unmask", classes=("irq",))
SCHEDULE, RETURN = Step("schedule"), Step("return")


def asked(name: str, yes: int, no: int) -> Node:
    return Node(Question(name, Span("")), (Way(yes, True), Way(no, False)))


def test_two_ways_that_meet() -> None:
    nodes = (
        asked("a", 1, 2), Node(MASK, (Way(3),)), Node(UNMASK, (Way(3),)), Node(SCHEDULE, (Way(4),)), Node(RETURN, ()),
    )  # fmt: skip
    branch, *behind = block_of(Flow(nodes, 0))
    assert isinstance(branch, Branch)
    assert (branch.then, branch.otherwise) == ((MASK,), (UNMASK,))
    assert behind == [SCHEDULE, RETURN]


def test_two_ways_that_meet_behind_a_question_of_one() -> None:
    nodes = (
        asked("a", 1, 3), asked("b", 2, 4), Node(MASK, (Way(4),)), Node(UNMASK, (Way(4),)), Node(RETURN, ()),
    )  # fmt: skip
    branch, *behind = block_of(Flow(nodes, 0))
    assert isinstance(branch, Branch) and isinstance(branch.then[0], Branch)
    assert (len(branch.then), branch.otherwise, behind) == (1, (UNMASK,), [RETURN])


def test_a_way_that_ends_on_its_own() -> None:
    nodes = (asked("a", 1, 2), Node(RETURN, ()), Node(MASK, (Way(3),)), Node(RETURN, ()))
    (branch,) = block_of(Flow(nodes, 0))
    assert isinstance(branch, Branch)
    assert (branch.then, branch.otherwise) == ((RETURN,), (MASK, RETURN))
