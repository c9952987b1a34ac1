"""The table of docs/boot.md: it is what was seen, it says why where it has to, and the reader still says the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from boot_matrix import PAGE, agree, load_results, page, said_by_gen, said_by_the_kernel
from boot_mutations import CASES, Case
from trees import needs_program

from gen.boot.targets import targets

RESULTS = load_results()


def test_the_page_is_what_was_seen() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(RESULTS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_kernel_was_booted_and_a_difference_has_its_reason(case: Case) -> None:
    found = RESULTS["cases"][case.name]
    assert agree(found) == (not case.why)


@pytest.mark.tree
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_gen_says_what_the_table_says(case: Case, tree: Path) -> None:
    assert said_by_gen(case, tree) == RESULTS["cases"][case.name]["gen"]


BOOTED = [
    case
    for case in CASES
    if case.name
    in {"arm64: as it is", "arm64: interrupts opened before user_exit", "arm64: no user_exit", "x86: as it is"}
]
"""The kernels for which there is time at each change of ours."""


@pytest.mark.tree
@pytest.mark.boot
@pytest.mark.parametrize("case", BOOTED, ids=lambda case: case.name)
def test_a_kernel_says_what_the_table_says(case: Case, tree: Path) -> None:
    target = targets()[case.arch]
    needs_program(target.boot.program, f"{target.boot.package}, or scripts/prepare-trees --machines")
    needs_program(f"{target.machine.prefix}gcc", f"{target.machine.package}, or scripts/prepare-trees --compilers")
    said = said_by_the_kernel(case, tree)
    if said["ended"] == "loud":
        # On a busy machine a broken kernel may complain too much to be heard out: the table is of one that was.
        said = said_by_the_kernel(case, tree)
    assert said["ended"] == "done"
    assert any("NMIs from outside" in each for each in said["counted"]) == bool(target.boot.nmis)
    assert bool(said["complaints"]) == bool(RESULTS["cases"][case.name]["kernel"]["complaints"]), said["first"]
