"""The page of `gen matrix`: what each cell says, how good that is, and what it opens, a "no" like a "yes"."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from support import CANNOT_TELL, CLEAN, FINDINGS, line_of, run
from support import PAIR_ASM as PAIR
from support import TOY_ASM as TOY
from test_matrix import BOTH, FEATURES, NOT_HERE, PAIR_C, SELECTS, TABLE, TREE, here, matrix, put

__all__ = ["here"]

NO_SPEC = "no spec names arch/{}/Kconfig as its own, in ./arch_specs or among those that come with gen"


@dataclass
class Cell:
    """One cell as a reader meets it: its class, what it says, the items of its list, and all words of its sheet."""

    mood: str
    text: str = ""
    items: list[str] = field(default_factory=list)
    words: str = ""


class _Cells(HTMLParser):
    """The cells of the matrix, row by row."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[Cell]] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in {"meta", "col", "rect", "path"}:
            return
        self._open.append(tag)
        if tag == "tr" and self._open.count("tr") == 1:
            self.rows.append([])
        if tag == "td" and self._open.count("td") == 1:
            self.rows[-1].append(Cell(said.get("class") or ""))
        if tag == "li" and "td" in self._open:
            self.rows[-1][-1].items.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "td" not in self._open:
            return
        cell = self.rows[-1][-1]
        if "summary" in self._open:
            cell.text += data
            return
        cell.words += data
        if "li" in self._open:
            cell.items[-1] += data


def page(html: str) -> dict[str, dict[str, Cell]]:
    """The cells by architecture and heading."""
    headings = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', html)
    rows = [row for row in _Cells(html).rows if row]
    return {row[0].text.split(" ")[0]: dict(zip(headings, row, strict=True)) for row in rows}


def cells(here: Path, specs: Mapping[str, str], tree: Mapping[str, str] | None = None) -> dict[str, dict[str, Cell]]:
    """The cells of the page of the small tree, with files added or replaced."""
    result = matrix(here, specs, "--format", "html", tree=tree)
    found = page(result.out)
    unknown = any(row["verdict"].text.startswith("cannot tell") for row in found.values())
    assert (result.code, result.err) == (CANNOT_TELL if unknown else CLEAN, "")
    return found


def test_every_cell_opens_something(here: Path) -> None:
    for arch, row in cells(here, BOTH).items():
        assert len(row) == 10
        for heading, cell in row.items():
            assert cell.text.strip() and cell.words.strip(), (arch, heading)


# What is not there.


def not_selected(symbol: str, arch: str, line: int) -> list[str]:
    return [
        f"arch/{arch}/Kconfig:{line} `select {symbol}` would stand in this config",
        f"nothing selects {symbol}, in 2 Kconfig files from arch/Kconfig on with SRCARCH={arch}",
        f"none of them defines {symbol}",
    ]


def test_what_is_not_selected_opens_where_it_would_be(here: Path) -> None:
    row = cells(here, {})["old"]
    tracking, offstack = "HAVE_CONTEXT_TRACKING_USER", "HAVE_CONTEXT_TRACKING_USER_OFFSTACK"
    assert row["entry"] == Cell("", "own", not_selected("GENERIC_ENTRY", "old", 2), row["entry"].words)
    assert row["tracking"] == Cell("absent", "no", not_selected(tracking, "old", 2), row["tracking"].words)
    assert row["declared"] == Cell("absent", "no", not_selected(offstack, "old", 2), row["declared"].words)
    assert row["in the way of offstack"].items == [
        "arch/old/Kconfig:2 it does not track user context",
        *not_selected(tracking, "old", 2),
    ]


def test_a_symbol_that_is_not_selected_opens_where_it_is_defined(here: Path) -> None:
    kconfig = TREE["arch/Kconfig"] + "\nconfig HAVE_CONTEXT_TRACKING_USER\n\tbool\n"
    assert cells(here, {}, {"arch/Kconfig": kconfig})["old"]["tracking"].items[2:] == [
        "arch/Kconfig:3 HAVE_CONTEXT_TRACKING_USER is defined here"
    ]


def test_the_symbol_is_called_as_the_release_calls_it(here: Path) -> None:
    makefile = TREE["Makefile"].replace("VERSION = 6\n", "VERSION = 5\n")
    row = cells(here, {}, {"Makefile": makefile})["old"]
    assert row["tracking"].items == not_selected("HAVE_CONTEXT_TRACKING", "old", 2)
    assert row["declared"].items == not_selected("HAVE_CONTEXT_TRACKING_OFFSTACK", "old", 2)


def test_where_a_symbol_is_defined_is_asked_by_that_name(here: Path) -> None:
    tree = {
        "Makefile": TREE["Makefile"].replace("VERSION = 6\n", "VERSION = 5\n"),
        "arch/Kconfig": TREE["arch/Kconfig"] + "config HAVE_CONTEXT_TRACKING\n\tbool\n",
    }
    said = cells(here, {}, tree)["old"]["tracking"].items[2]
    assert said == "arch/Kconfig:2 HAVE_CONTEXT_TRACKING is defined here"


def test_kconfig_that_cannot_be_followed_is_said_where_something_is_missed(here: Path) -> None:
    kconfig = TREE["arch/old/Kconfig"] + '\nsource "arch/old/gone/Kconfig"\n'
    row = cells(here, {}, {"arch/old/Kconfig": kconfig})["old"]
    said = "arch/old/Kconfig:6 `arch/old/gone/Kconfig` cannot be read: No such file or directory; what is selected here"
    for heading in ("architecture", "entry", "tracking", "declared"):
        assert row[heading].items[-1].startswith(said)
    assert (row["tracking"].mood, row["declared"].mood) == ("warned", "warned")
    assert (row["features"].mood, len(row["features"].items)) == ("", 1)
    colon = said.replace(":6 ", ":6: ")
    assert run("matrix", "--tree", "linux").out.count(f"\n{colon} is not known [kconfig-not-read]\n") == 1


def test_a_folder_without_a_config_of_its_own(here: Path) -> None:
    row = cells(here, {}, {"arch/old/Kconfig": 'config SMP\n\tbool "SMP"\n'})["old"]
    assert row["tracking"].items[0].startswith("arch/old/Kconfig:1 ")


def test_an_architecture_without_spec_opens_what_was_looked_for(here: Path) -> None:
    row = cells(here, {})["old"]
    begin = "`gen new old --tree DIR` begins one with the entries that the tree shows"
    assert (row["claimed"].mood, row["claimed"].text) == ("absent", "no spec")
    assert row["claimed"].items == [NO_SPEC.format("old"), begin]
    assert (row["verdict"].mood, row["verdict"].text) == ("absent", "-")
    assert row["verdict"].items == [f"there is nothing to prove anything of: {NO_SPEC.format('old')}"]
    assert row["architecture"].items == [
        "arch/old/Kconfig:2 its config",
        NO_SPEC.format("old"),
        "no contradiction between Kconfig and the features table",
    ]


def test_a_model_that_is_too_large_is_not_proved(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gen.verify.summaries.MOST_FACTS", 1)
    row = cells(here, {"toy": TOY})["toy"]
    line = line_of(TOY, "offstack: true")
    assert (row["verdict"].mood, row["verdict"].text) == ("warned", "cannot tell")
    assert row["verdict"].items == [f"toy.yaml:{line} the model of its entry code is too large to be proved"]
    assert row["in the way of offstack"].items[0] == f"toy.yaml:{line} its model is too large to be proved"


def test_no_call_opens_the_files_that_were_read(here: Path) -> None:
    tree = {
        "arch/pair/kernel/entry.c": "void f(void)\n{\n\tuser_exit();\n}\n",
        "arch/pair/perf.c": "int PERF_CONTEXT_USER;\n",
    }
    found = cells(here, {}, tree)
    nothing = "nothing calls {} in 1 file with a name of context tracking: arch/pair/kernel/entry.c"
    none = "nothing calls {}: no .c, .h or .S file of arch/old is found to have a name of context tracking"
    for heading, calls in (("pair", "exception_enter() or exception_exit()"), ("schedule_user", "schedule_user()")):
        for arch, said in (("pair", nothing), ("old", none)):
            cell = found[arch][heading]
            assert (cell.mood, cell.text, cell.items) == ("absent", "-", [said.format(calls)])


def test_a_file_that_cannot_be_read_is_said_and_no_clean_exit(here: Path) -> None:
    put(here / "linux", TREE)
    large = here / "linux/arch/old/entry.S"
    large.write_text("\tbl schedule_user\n", encoding="utf-8")
    os.truncate(large, 33 << 20)
    said = "cannot be read: larger than 32 MiB"
    result = run("matrix", "--tree", "linux", "-o", "m.html")
    assert (result.code, result.out, result.err) == (FINDINGS, "wrote m.html\n", "")
    found = page((here / "m.html").read_text(encoding="utf-8"))
    for heading in ("architecture", "tracking", "pair", "schedule_user"):
        assert found["old"][heading].items[-1] == f"arch/old/entry.S:1 {said}"
        assert said not in found["toy"][heading].words
    result = run("matrix", "--tree", "linux")
    assert result.code == FINDINGS
    assert result.out.endswith(f"\narch/old/entry.S:1: {said} [unreadable-source]\n")


# How good it is.


ROW = "    |        pair: |  ok  |\n"
WARNED = {
    "misspelt": (" pai: |  ok  ", "ok", ["pai: ok", "`pai` is no architecture of this tree, and pair has no row"]),
    "behind": ("pair: | TODO ", "TODO", ["pair: TODO", "pair is `TODO` here, and selects HAVE_CONTEXT_TRACKING_USER"]),
    "no status": ("pair: |  yes ", "yes", ["pair: yes", "`yes` is no status"]),
}
"""To a row of the features table that is wrong what the cell says, and what it opens."""


@pytest.mark.parametrize("name", WARNED)
def test_a_row_that_is_wrong_is_warned_and_says_why(name: str, here: Path) -> None:
    row, text, said = WARNED[name]
    cell = cells(here, {}, {FEATURES: TABLE.replace("pair: |  ok  ", row)})["pair"]["features"]
    assert (cell.mood, cell.text) == ("warned", text)
    assert cell.items == [f"{FEATURES}:2 {each}" for each in said]


def test_a_row_of_an_architecture_that_does_not_track(here: Path) -> None:
    for status, mood in (("TODO", ""), ("N/A", ""), (" .. ", ""), (" ok ", "warned")):
        cell = cells(here, {}, {FEATURES: TABLE.replace(" old: | TODO", f" old: | {status}")})["old"]["features"]
        assert (cell.mood, cell.text) == (mood, status.strip())


def test_a_row_that_is_right_is_not_warned(here: Path) -> None:
    cell = cells(here, {})["pair"]["features"]
    assert (cell.mood, cell.text, cell.items) == ("", "ok", [f"{FEATURES}:2 pair: ok"])


def test_a_row_that_is_not_there(here: Path) -> None:
    cell = cells(here, {}, {FEATURES: TABLE.replace(ROW, "")})["pair"]["features"]
    assert (cell.mood, cell.text) == ("warned", "no row")
    assert cell.items == [f"{FEATURES}:1 no row for pair", "the table has 2 rows"]


def test_a_table_without_rows(here: Path) -> None:
    cell = cells(here, {}, {FEATURES: "#\n"})["pair"]["features"]
    assert (cell.mood, cell.items[1:]) == ("warned", ["the table has 0 rows"])


def test_a_tree_without_the_table(here: Path) -> None:
    put(here / "linux", TREE)
    (here / "linux" / FEATURES).unlink()
    cell = page(run("matrix", "--tree", "linux", "--format", "html").out)["pair"]["features"]
    assert (cell.mood, cell.text) == ("absent", "no row")
    assert cell.items == [f"{FEATURES} is not in this tree, or cannot be read"]


def test_selects_are_good_and_open_their_condition(here: Path) -> None:
    declared = f"config PAIR\n\tdef_bool y\n{SELECTS}\n{SELECTS}_OFFSTACK if SMP\n"
    found = cells(here, {}, {"arch/pair/Kconfig": declared})
    said = {
        ("pair", "tracking"): ("holds", "yes", ["arch/pair/Kconfig:3 selected always"]),
        ("pair", "declared"): ("holds", "SMP", ["arch/pair/Kconfig:4 selected if SMP"]),
        ("toy", "tracking"): ("holds", "MMU", ["arch/toy/Kconfig:4 selected if MMU"]),
        ("toy", "entry"): ("", "generic", ["arch/toy/Kconfig:3 selects GENERIC_ENTRY"]),
    }
    for (arch, heading), expected in said.items():
        cell = found[arch][heading]
        assert (cell.mood, cell.text, cell.items) == expected


def proved(here: Path, spec: str, tree: Mapping[str, str] | None = None) -> Cell:
    return cells(here, {"toy": spec}, tree)["toy"]["verdict"]


def test_what_is_proved_has_its_colour(here: Path) -> None:
    whole = proved(here, TOY)
    assert (whole.mood, whole.text, whole.items) == ("holds", "proved", [])
    assert "toy, offstack claimed: holds for every nesting depth" in whole.words
    other = proved(here, TOY, {"arch/toy/kernel/entry.c": ""})
    assert (other.mood, other.text) == ("warned", NOT_HERE)
    assert "holds" not in other.words
    broken = cells(here, BOTH)["pair"]["verdict"]
    assert (broken.mood, broken.text) == ("violated", "violated")
    assert "pair, offstack claimed: violated" in broken.words


def test_a_requirement_that_warns_is_named_and_has_its_colour(here: Path) -> None:
    cell = proved(here, TOY.replace("noinstr: true\n", "noinstr: false\n", 1))
    assert (cell.mood, cell.text) == ("warned", "proved, R6 warned")


def test_nothing_in_the_way(here: Path) -> None:
    declared = TREE["arch/toy/Kconfig"] + f"{SELECTS}_OFFSTACK if MMU\n"
    for kconfig, text in ((TREE["arch/toy/Kconfig"], "nothing: `gen patch toy` declares it"), (declared, "nothing")):
        cell = cells(here, {"toy": TOY}, {"arch/toy/Kconfig": kconfig})["toy"]["in the way of offstack"]
        assert (cell.mood, cell.text, cell.items) == ("holds", text, [])
        assert "toy, offstack claimed: holds for every nesting depth" in cell.words


def test_what_is_in_the_way_opens_its_place_and_its_timelines(here: Path) -> None:
    cell = cells(here, BOTH)["pair"]["in the way of offstack"]
    place = f"arch/pair/kernel/entry.c:{line_of(PAIR_C, 'schedule_user')}"
    sentence = "it calls schedule_user(), which is not built with offstack"
    assert (cell.mood, cell.text) == ("", f"{sentence} ({place})")
    assert cell.items[0].startswith(f"{place} {sentence} [R2]; R1")
    assert cell.items[0].endswith(" as well")
    assert "rcu-watching" in cell.words.replace(cell.items[0], "")
    assert "offstack claimed: violated" not in cell.words


def test_a_port_that_only_lacks_a_spec_opens_its_select(here: Path) -> None:
    cell = cells(here, {})["pair"]["in the way of offstack"]
    assert cell.items == ["arch/pair/Kconfig:3 no spec describes its entry paths"]


def test_calls_are_counted(here: Path) -> None:
    more = (
        PAIR_C.replace("\tschedule_user();\n", "\tschedule_user();\n" * 3).replace("\treturn", "")
        + PAIR_C[: PAIR_C.index("void to")]
    )
    found = cells(here, {}, {"arch/pair/kernel/entry.c": more.replace("\texception_exit(prev);\n", "", 1)})["pair"]
    assert (found["pair"].text, found["schedule_user"].text) == ("2 + 1", "3")


def test_claims_and_calls_open_their_lines(here: Path) -> None:
    found = cells(here, BOTH)
    line = line_of(PAIR, "offstack: ")
    assert (found["pair"]["claimed"].text, found["pair"]["claimed"].items) == (
        "no",
        [f"pair.yaml:{line} offstack: false"],
    )
    line = line_of(TOY, "offstack: ")
    assert (found["toy"]["claimed"].text, found["toy"]["claimed"].items) == ("yes", [f"toy.yaml:{line} offstack: true"])
    begin = "arch/pair/kernel/entry.c"
    assert found["pair"]["pair"].items == [f"{begin}:3 exception_enter", f"{begin}:5 exception_exit"]
    assert found["pair"]["schedule_user"].items == [f"{begin}:10 schedule_user"]
    assert {found["pair"][each].mood for each in ("claimed", "pair", "schedule_user")} == {""}


def test_a_spec_opens_how_much_of_it_is_in_the_tree(here: Path) -> None:
    own = [
        "arch/toy/Kconfig:1 its config",
        f"toy.yaml:{line_of(TOY, 'offstack: ')} its spec, with 5 entry paths in this release",
    ]
    told = "9 things that the spec refers to: "
    empty = {"arch/toy/kernel/entry.c": ""}
    items = cells(here, {"toy": TOY}, empty)["toy"]["architecture"].items
    assert items[:4] == [*own, f"{told}8 missing in this tree", "0 of 5 entry paths read"]
    missing = f"toy.yaml:{line_of(TOY, 'from_user:')} `from_user` of `from_user` is not in arch/toy/kernel/entry.c"
    symbols = {
        "fault": "do_fault", "fork_return": "ret_from_fork", "interrupt": "do_irq", "nmi": "do_nmi",
        "syscall": "do_syscall",
    }  # fmt: skip
    assert items[4:9] == [
        f"arch/toy/kernel/entry.c:1 `{path}` is not read: arch/toy/kernel/entry.c has no {symbol}()"
        for path, symbol in symbols.items()
    ]
    assert items[9] == missing
    compared = "no contradiction between Kconfig, the features table, the spec and the code"
    items = cells(here, {"toy": TOY})["toy"]["architecture"].items
    read = "5 of 5 entry paths read, 5 as the spec describes them"
    assert items == [*own, f"{told}none missing in this tree", read, compared]


def test_an_entry_of_its_own_opens_the_files_of_its_paths(here: Path) -> None:
    other = TOY.replace(
        "symbol: do_nmi\n    file: arch/toy/kernel/entry.c", "symbol: do_nmi\n    file: arch/toy/kernel/nmi.c"
    )
    items = cells(here, {"toy": other}, {"arch/toy/Kconfig": "config TOY\n\tdef_bool y\n"})["toy"]["entry"].items
    assert items[3:] == ["its spec's entry paths are in arch/toy/kernel/entry.c, arch/toy/kernel/nmi.c"]


# How it is marked up.


def test_one_cell_is_open_at_a_time_and_headings_say_what_they_mean(here: Path) -> None:
    html = matrix(here, BOTH, "--format", "html").out
    assert html.count("<details ") == html.count('<details name="cell"><summary>') == 30
    assert '<th scope="col" title="calls of schedule_user()">schedule_user</th>' in html


def test_verdicts_and_answers_have_their_colours(here: Path) -> None:
    html = matrix(here, BOTH, "--format", "html").out
    assert html.count('<p class="verdict holds">toy, offstack claimed: holds') == 2
    assert html.count('<p class="verdict violated">pair, offstack claimed: violated') == 1
    assert {"holds", "violated"} <= set(re.findall(r'<span class="chip (\w+)">', html))
