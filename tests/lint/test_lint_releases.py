"""Specs of several releases and a tree of one: evidence with bounds, and which trees a spec is held against."""

from __future__ import annotations

import pytest
from linting import KCONFIG, TRACKS, TREE, Toy, only, toy_tree
from support import TOY, changed, line_of, run_json

toy = pytest.fixture(toy_tree)

SYMBOLS = "/* from_user user_work to_user do_syscall do_fault do_irq do_nmi ret_from_fork */\n"
GONE = "  - claim: an entry point\n    file: arch/toy/kernel/entry.c\n    text: begin_here\n"


@pytest.mark.parametrize(
    ("bounds", "missed"), [("", True), ('    since: "6.2"\n', False), ('    until: "6.1"\n', True)]
)
def test_evidence_is_looked_for_in_its_releases(toy: Toy, bounds: str, missed: bool) -> None:
    toy.spec(changed(TOY, "\nclasses:\n", f"{GONE}{bounds}\nclasses:\n"))
    toy.add({KCONFIG: TRACKS, "arch/toy/kernel/entry.c": SYMBOLS}, "6.1")
    result = run_json("lint", "--tree", TREE)
    assert ("spec-mismatch" in result.rules) == missed


def test_a_tree_that_the_facts_were_read_from_is_judged_as_that_of_the_spec(toy: Toy) -> None:
    text = changed(TOY, "\nclasses:\n", f"{GONE}\nclasses:\n")
    toy.add({KCONFIG: TRACKS, "arch/toy/kernel/entry.c": SYMBOLS}, "6.1")
    toy.spec(text)
    found = only(run_json("lint", "--tree", TREE), "spec-mismatch")
    assert (found["severity"], found["message"][:55]) == (
        "note",
        "the spec describes Linux 6.12, and 1 of the 10 things t",
    )
    toy.spec(changed(text, 'kernel: "6.12"\n', 'kernel: "6.12"\nalso: ["5.15", "6.1"]\n'))
    found = only(run_json("lint", "--tree", TREE), "spec-mismatch")
    assert (found["severity"], found["line"]) == ("warning", line_of(text, "claim: an entry point") + 1)
