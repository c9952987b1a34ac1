"""What `gen matrix` counts, which architectures it has, and the cells that the small tree of test_matrix lacks."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import BAD_INPUT, CLEAN, TOY, Result, changed, run
from test_matrix import BOTH, FEATURES, PAIR_C, TABLE, architectures, here, matrix

__all__ = ["here"]


def cells(result: Result, arch: str) -> dict[str, str]:
    """The cells of one row of a table in Markdown, by heading."""
    assert (result.code, result.err) == (CLEAN, "")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in result.out.splitlines() if "|" in line]
    return next(dict(zip(rows[0], row, strict=True)) for row in rows if row[0].split(" ")[0] == arch)


def test_an_architecture_without_a_row(here: Path) -> None:
    result = matrix(
        here, {}, "--format", "markdown", tree={FEATURES: TABLE.replace("    |        pair: |  ok  |\n", "")}
    )
    assert cells(result, "pair")["features"] == "no row"


def test_a_row_that_is_spelled_otherwise(here: Path) -> None:
    tree = {FEATURES: TABLE.replace("pair", " pai")}
    assert cells(matrix(here, {}, "--format", "markdown", tree=tree), "pair")["features"] == "ok"
    page = matrix(here, {}, "--format", "html", tree=tree).out
    assert "pai: ok" in page


def test_a_spec_that_is_called_otherwise(here: Path) -> None:
    spec = changed(TOY, "arch: toy\n", "arch: toy64\n")
    assert cells(matrix(here, {"toy64": spec}, "--format", "markdown"), "toy")["architecture"] == "toy (toy64)"


def test_a_spec_of_an_architecture_that_the_tree_lacks(here: Path) -> None:
    spec = TOY.replace("arch/toy/", "arch/gone/")
    assert list(architectures(matrix(here, {"toy": spec}, "--format", "json"))) == ["old", "pair", "toy"]
    assert architectures(run("matrix", "--tree", "linux", "--format", "json"))["toy"]["spec"] is None


USES = {
    "arch/pair/kernel/entry.S": "\tbl schedule_user\t// schedule_user\n.macro leave\n\tbl exception_exit\n.endm\n",
    "arch/pair/include/asm/entry.h": "void schedule_user(void);\n#define SCHEDULE_USER bl schedule_user\n",
}


def test_what_is_counted(here: Path) -> None:
    """Calls, what assembly names and a macro for it; no declaration and no comment."""
    uses = architectures(matrix(here, BOTH, "--format", "json", tree=USES))["pair"]["uses"]
    found = {name: [(each["file"].rpartition("/")[2], each["line"]) for each in uses[name]] for name in uses}
    line = PAIR_C.split("\n").index("\tschedule_user();") + 1
    assert found == {
        "exception_enter": [("entry.c", 3)],
        "exception_exit": [("entry.S", 3), ("entry.c", 5)],
        "schedule_user": [("entry.h", 2), ("entry.S", 1), ("entry.c", line)],
    }


@pytest.mark.parametrize("folder", ["linux/arch", "linux/arch/toy"])
def test_a_folder_inside_of_a_tree_is_no_tree(here: Path, folder: str) -> None:
    matrix(here, {})
    assert run("matrix", "--tree", folder).code == BAD_INPUT


def test_quiet_says_nothing_of_what_is_written(here: Path) -> None:
    assert matrix(here, {}, "-o", "m.md", "-q").out == ""
    assert (here / "m.md").read_text(encoding="utf-8").startswith("Linux 6.12.3:")


def test_only_some_architectures(here: Path) -> None:
    result = matrix(here, BOTH, "--format", "json", "--arch", "toy", "--arch", "old")
    assert list(architectures(result)) == ["old", "toy"]


def test_an_architecture_that_is_not_there(here: Path) -> None:
    result = matrix(here, {}, "--arch", "vax")
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert result.err == "gen matrix: arch/vax is no architecture of this tree; it has old, pair, toy\n"
