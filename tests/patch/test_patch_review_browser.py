"""The review page in a real browser: it is not blank, has its colours, and never scrolls sideways."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from browser import SCHEMES, browse, evaluated
from reviewing import PLAIN, SMALL, proof

from gen.patch.review import page
from gen.patch.series import FileChange, Patch, Reason, Series

LONG = "a_very_long_name_" * 40
CHANGED = (
    FileChange(f"arch/{LONG}.c", f"int {LONG};\nint b;\n".encode(), f"long {LONG};\n".encode(), (Reason(1, LONG),)),
)
SERIES = {
    "rfc": (replace(SMALL, rfc=True, doubts=("it is not proved",)), replace(PLAIN, judgement=proof("mips"))),
    "proved": (SMALL, replace(PLAIN, judgement=proof("arm64"))),
    "long": (
        Series(LONG, LONG, (LONG,), (Patch(LONG, (LONG,), CHANGED, (LONG,)),), (LONG,)),
        replace(PLAIN, command=LONG),
    ),
}
WIDTHS = (1280, 700)
PAPER, GONE, COME = (
    {"light": "#ffffff", "dark": "#14171b"},
    {"light": "#ffebe9", "dark": "#3b1d20"},
    {"light": "#e2f6e7", "dark": "#16301f"},
)


# As it is.


@dataclass(frozen=True)
class Shot:
    """A screenshot: its size and how many of its pixels have a colour."""

    width: int
    height: int
    colours: dict[str, int]


_COUNT = """
const picture = document.querySelector("img");
const canvas = Object.assign(document.createElement("canvas"), {width: picture.width, height: picture.height});
const context = canvas.getContext("2d", {colorSpace: "srgb"});
context.drawImage(picture, 0, 0);
const data = context.getImageData(0, 0, picture.width, picture.height).data, colours = {};
for (let i = 0; i < data.length; i += 4) {
    const colour = "#" + [0, 1, 2].map(n => data[i + n].toString(16).padStart(2, "0")).join("");
    colours[colour] = (colours[colour] || 0) + 1;
}
return {width: picture.width, height: picture.height, colours};
"""


_PICTURE = '<body><img src="data:image/png;base64,%s"></body>'


def shot(directory: Path, name: str, width: int, scheme: str) -> tuple[Shot, str]:
    """A screenshot of a page, and what the browser said meanwhile."""
    file, picture = directory / "page.html", directory / "page.png"
    file.write_bytes(page(*SERIES[name]).encode())
    said = browse(file, f"--screenshot={picture}", *SCHEMES[scheme], width=width, height=6000).stderr
    encoded = base64.b64encode(picture.read_bytes()).decode()
    return Shot(**evaluated(directory / "count.html", _PICTURE % encoded, _COUNT)), said


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_is_shown_in_its_colours(tmp_path: Path, width: int, scheme: str) -> None:
    seen, said = shot(tmp_path, "rfc", width, scheme)
    assert "CONSOLE" not in said
    assert (seen.width, seen.height) == (width, 6000)
    paper = seen.colours[PAPER[scheme]]
    assert 0.5 < paper / (width * 6000) < 0.98
    # Five lines go and two change: stripes half the page or all of it wide.
    column = width / 2 if width > 960 else width
    assert seen.colours[GONE[scheme]] > 7 * 10 * column * 0.7
    assert seen.colours[COME[scheme]] > 2 * 10 * column * 0.7
    # The timeline brings its own paper, and its mark for what breaks.
    assert seen.colours["#a40e26"] > 500
    assert seen.colours["#ffffff"] > 100_000


def test_a_policy_that_does_not_fit_would_be_seen(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(page(SMALL, PLAIN).replace("</style>", "p{}</style>").encode())
    assert "CONSOLE" in browse(file, "--dump-dom").stderr


# Measured: the same page with a script that looks at it.

_MEASURE = """
if (opened) document.querySelectorAll("details").forEach(each => each.open = true);
const root = document.documentElement, wide = root.clientWidth;
const scrolls = each => each.closest(".scroll") !== null;
const outside = [...document.body.querySelectorAll("*")].filter(
    each => !scrolls(each) && each.getBoundingClientRect().right > wide + 0.5
);
const cells = [...document.querySelectorAll("table.code td:nth-child(even)")];
const box = each => { const at = each.getBoundingClientRect(); return [at.left, at.top, at.right, at.bottom]; };
const colour = each => getComputedStyle(each).backgroundColor;
const row = kind => {
    const found = document.querySelector(`.hunk tr${kind}`);
    return found && [...found.children].map(each => ({box: box(each), colour: colour(each)}));
};
return {
    page: [root.scrollWidth, wide, document.body.scrollWidth],
    outside: outside.map(each => each.outerHTML.slice(0, 120)),
    clipped: cells.filter(each => each.scrollWidth > each.clientWidth + 1).length,
    rows: {same: row(":not([class])"), gone: row(".gone"), edit: row(".edit"), come: row(".come")},
    fits: [...document.querySelectorAll("div.scroll, figure.scroll")].map(each => each.scrollWidth <= each.clientWidth),
    overlong: (() => {
        const probe = document.querySelector("table.code td:nth-child(4)");
        probe.textContent = "x".repeat(80);
        const height = probe.getBoundingClientRect().height;
        probe.textContent = "x";
        return height > probe.getBoundingClientRect().height;
    })(),
};
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all that is measured, so that it is measured once."""
    return tmp_path_factory.mktemp("measured")


@cache
def measured(directory: Path, name: str, width: int, *, opened: bool = False) -> Any:
    script = f"const opened = {json.dumps(opened)};{_MEASURE}"
    return evaluated(directory / "measured.html", page(*SERIES[name]), script, width=width)


@pytest.mark.parametrize("opened", [False, True], ids=["folded", "opened"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", SERIES)
def test_the_page_never_scrolls_sideways(place: Path, name: str, width: int, opened: bool) -> None:
    seen = measured(place, name, width, opened=opened)
    assert seen["page"] == [width] * 3
    assert seen["outside"] == []
    assert seen["clipped"] == 0


def test_the_columns_stand_beside_each_other(place: Path) -> None:
    for kind, row in measured(place, "rfc", 1280)["rows"].items():
        left, code, right, other = (cell["box"] for cell in row)
        assert left[2] <= code[0] < code[2] <= right[0] < right[2] <= other[0], kind
        assert code[2] - code[0] == pytest.approx(other[2] - other[0], abs=1)
        assert len({cell["box"][1] for cell in row}) == 1


def test_what_was_stands_above_what_is_where_there_is_no_room(place: Path) -> None:
    rows = measured(place, "rfc", 700)["rows"]
    _, before, _, after = (cell["box"] for cell in rows["edit"])
    assert before[3] <= after[1] + 0.5
    assert (before[0], before[2]) == (after[0], after[2])
    hidden = [0, 0, 0, 0]
    assert [cell["box"] == hidden for cell in rows["same"]] == [False, True, False, False]
    assert [cell["box"] == hidden for cell in rows["gone"]] == [False, False, True, True]
    assert [cell["box"] == hidden for cell in rows["come"]] == [True, True, False, False]


def test_only_what_changes_is_coloured(place: Path) -> None:
    rows = measured(place, "rfc", 1280)["rows"]
    gone, come, none = "rgb(255, 235, 233)", "rgb(226, 246, 231)", "rgba(0, 0, 0, 0)"
    assert {cell["colour"] for cell in rows["same"]} == {none}
    assert [cell["colour"] for cell in rows["edit"]] == [gone, gone, come, come]
    assert [cell["colour"] for cell in rows["gone"]][:2] == [gone, gone]
    assert [cell["colour"] for cell in rows["come"]][2:] == [come, come]
    assert gone not in {cell["colour"] for cell in rows["come"]}


@pytest.mark.parametrize("width", [1280, 700, 1920])
def test_eighty_columns_of_code_fit_on_a_line(place: Path, width: int) -> None:
    assert not measured(place, "rfc", width)["overlong"]


@pytest.mark.parametrize("name", ["rfc", "proved"])
def test_tables_and_pictures_fit_at_1280(place: Path, name: str) -> None:
    assert all(measured(place, name, 1280)["fits"])
