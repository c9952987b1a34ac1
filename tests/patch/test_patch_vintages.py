"""Series for trees of old releases, and for those of vendors that have names and options of other ones."""

from __future__ import annotations

import pytest
from series_making import KCONFIG, Toy, toy_tree
from support import CLEAN, line_of
from vintages import PAIR_HEADER, VINTAGES

toy = pytest.fixture(toy_tree)

WITHOUT = [name for name, vintage in VINTAGES.items() if not vintage.offstack]
CAME = "this tree has no such option: it came with Linux 5.11 (commit 179a9cf79212)"


def of_vintage(toy: Toy, name: str) -> None:
    """Makes the tree one of a vintage, with what gen patch runs."""
    for file, text in VINTAGES[name].files().items():
        place = toy.root / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", WITHOUT)
@pytest.mark.parametrize("options", [(), ("--rfc",)])
def test_offstack_is_refused_where_there_is_no_such_option(toy: Toy, name: str, options: tuple[str, ...]) -> None:
    of_vintage(toy, name)
    line = VINTAGES[name].files()["arch/Kconfig"].split("\n").index(f"config {VINTAGES[name].tracking}") + 1
    assert toy.refused(*options) == [("patch-refused", "linux/arch/Kconfig", line, 8, CAME)]


@pytest.mark.parametrize("name", WITHOUT)
def test_a_port_that_claims_offstack_is_refused_there_as_well(toy: Toy, name: str) -> None:
    of_vintage(toy, name)
    (toy.root / KCONFIG).write_text("config TOY\n\tdef_bool y\n\tselect HAVE_FUTEX\n", encoding="utf-8")
    assert [(rule, message) for rule, _, _, _, message in toy.refused("--rfc")] == [("patch-refused", CAME)]


@pytest.mark.parametrize("name", WITHOUT)
def test_what_needs_no_offstack_is_done_there(toy: Toy, name: str) -> None:
    of_vintage(toy, name)
    result = toy.run("--offstack", "false", "-o", "series")
    assert (result.code, result.err) == (CLEAN, "")
    assert result.out == f"toy: nothing to do: `--offstack false` was asked for\n  {CAME}\n"


@pytest.mark.parametrize("name", [name for name, each in VINTAGES.items() if each.offstack and each.heeds])
def test_the_series_selects_what_the_tree_calls_offstack(toy: Toy, name: str) -> None:
    of_vintage(toy, name)
    made = toy.made("--rfc")
    symbol = VINTAGES[name].offstack
    assert made.subjects[1:] == [
        f"[RFC PATCH 1/2] toy: select {symbol}",
        "[RFC PATCH 2/2] toy: traps: remove exception_enter() and exception_exit()",
    ]
    assert f"\n+\tselect {symbol} if MMU\n" in made.patches[0] or f"\n+\tselect {symbol}\n" in made.patches[0]
    assert f"With {symbol} selected, exception_enter() returns 0" in " ".join(made.messages[1].split())


def test_a_pair_that_does_not_look_at_the_option_is_not_taken_out(toy: Toy) -> None:
    """The mails would say that it does nothing."""
    vintage = VINTAGES["5.10 with offstack, half"]
    of_vintage(toy, "5.10 with offstack, half")
    line = line_of(vintage.files()[PAIR_HEADER], "enum ctx_state exception_enter(void)")
    reason = f"exception_enter() does not look at CONFIG_{vintage.offstack}, so that the pair is needed with it, too"
    assert toy.refused("--rfc") == [("patch-refused", f"linux/{PAIR_HEADER}", line, 30, reason)]
