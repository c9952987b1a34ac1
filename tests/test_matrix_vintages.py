"""The matrix of trees of old releases, and of vendors that have names and options of other ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from support import CLEAN, Result, changed, run
from support import TOY_ASM as TOY
from test_matrix import SELECTS, SYMBOLS, architectures, here, in_the_way, put
from test_matrix_page import page
from vintages import VINTAGES, know_the_handlers

__all__ = ["here"]

WITHOUT = [name for name, vintage in VINTAGES.items() if not vintage.offstack]
CAME = "this tree has no such option: it came with Linux 5.11 (commit 179a9cf79212)"


def matrix(here: Path, name: str, form: str, more: Mapping[str, str] | None = None) -> Result:
    put(here / "linux", VINTAGES[name].files(more={"arch/toy/kernel/entry.c": SYMBOLS, **(more or {})}))
    put(here / "arch_specs", {"toy.yaml": TOY})
    return run("matrix", "--tree", "linux", "--format", form)


def declaring(name: str, symbol: str) -> dict[str, str]:
    """The architecture's config with one more select."""
    file = "arch/toy/Kconfig"
    return {file: changed(VINTAGES[name].files()[file], "def_bool y\n", f"def_bool y\n\tselect {symbol}\n")}


@pytest.mark.parametrize("name", VINTAGES)
def test_what_tracks_is_said_to_track(here: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    know_the_handlers(monkeypatch)
    result = matrix(here, name, "text")
    assert (result.code, result.err) == (CLEAN, "")
    assert result.out.splitlines()[2].split()[:5] == ["toy", "own", "yes", "ok", "no"]
    assert "features-table-mismatch" not in result.out
    assert "does not select" not in result.out


@pytest.mark.parametrize("name", WITHOUT)
def test_without_the_option_it_stands_in_the_way(here: Path, name: str) -> None:
    kconfig = VINTAGES[name].files()["arch/Kconfig"]
    line = kconfig.split("\n").index(f"config {VINTAGES[name].tracking}") + 1
    assert in_the_way(matrix(here, name, "json"), "toy") == (CAME, "arch/Kconfig", line)
    row = page(matrix(here, name, "html").out)["toy"]
    assert (row["declared"].mood, row["declared"].text) == ("absent", "no")
    assert row["declared"].items == [f"arch/Kconfig:{line} {CAME}"]


@pytest.mark.parametrize("name", WITHOUT)
@pytest.mark.parametrize("symbol", ["HAVE_CONTEXT_TRACKING_OFFSTACK", "HAVE_CONTEXT_TRACKING_USER_OFFSTACK"])
def test_a_select_of_what_is_not_there_declares_nothing(here: Path, name: str, symbol: str) -> None:
    found = architectures(matrix(here, name, "json", declaring(name, symbol)))["toy"]
    assert found["offstack"]["declared"] is None


@pytest.mark.parametrize("name", [name for name in VINTAGES if name not in WITHOUT])
def test_with_the_option_it_is_declared_by_the_trees_own_name(here: Path, name: str) -> None:
    symbol = VINTAGES[name].offstack
    row = page(matrix(here, name, "html").out)["toy"]
    assert row["declared"].items[:2] == [
        f"arch/toy/Kconfig:1 `select {symbol}` would stand in this config",
        f"nothing selects {symbol}, in 2 Kconfig files from arch/Kconfig on with SRCARCH=toy",
    ]
    result = matrix(here, name, "text", declaring(name, symbol))
    assert result.out.splitlines()[2].split()[:5] == ["toy", "own", "yes", "ok", "yes"]


def test_a_pair_that_does_not_look_at_the_option_stands_in_the_way(here: Path) -> None:
    name = "5.10 with offstack, half"
    symbol, kconfig = VINTAGES[name].offstack, VINTAGES[name].files()["arch/Kconfig"]
    assert in_the_way(matrix(here, name, "json"), "toy") == (
        f"exception_enter() does not look at CONFIG_{symbol}, so that the pair is needed with it, too",
        "arch/Kconfig",
        kconfig.split("\n").index(f"config {symbol}") + 1,
    )


def test_where_the_architectures_file_is_the_top_it_is_named(here: Path) -> None:
    row = page(matrix(here, "4.14", "html").out)["toy"]
    assert row["entry"].items[1] == (
        "nothing selects GENERIC_ENTRY, in 2 Kconfig files from arch/toy/Kconfig on with SRCARCH=toy"
    )


def test_an_architecture_that_does_not_track_is_told_so_by_the_trees_own_name(here: Path) -> None:
    silent = {"arch/toy/Kconfig": "config TOY\n\tdef_bool y\n\tselect HAVE_FUTEX\n"}
    row = page(matrix(here, "4.19", "html", silent).out)["toy"]
    assert row["tracking"].items[0] == "arch/toy/Kconfig:1 `select HAVE_CONTEXT_TRACKING` would stand in this config"
    assert SELECTS.strip() not in row["tracking"].words
