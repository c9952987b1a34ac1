"""The page of `gen matrix` in a real browser: every cell opens, by the keyboard too, in sight and to be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser import SCHEMES, browse, evaluated
from support import changed
from test_matrix import BOTH, FEATURES, TABLE, here, matrix

__all__ = ["here"]

MISSPELT = {FEATURES: changed(TABLE, "pair", " pai")}

_MEASURE = """
const cells = [...document.querySelectorAll(".matrix > tbody > tr > td")];
const root = document.documentElement;
const number = part => parseInt(part) / 255;
const linear = part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
const light = colour => {
    const [red, green, blue] = colour.match(/[\\d.]+/g).map(number).map(linear);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
};
const paper = getComputedStyle(document.body).backgroundColor;
return cells.map(cell => {
    const details = cell.querySelector("details"), summary = details.querySelector("summary");
    summary.focus();
    const focused = document.activeElement === summary;
    summary.click();
    const sheet = details.querySelector(".sheet"), at = sheet.getBoundingClientRect();
    const open = document.querySelectorAll("details[open]").length;
    const shade = getComputedStyle(sheet).backgroundColor, colour = getComputedStyle(summary).color;
    return {
        focused, open, isOpen: details.open,
        left: at.left, right: at.right, below: at.top - summary.getBoundingClientRect().bottom,
        inside: root.clientWidth - at.right, height: at.height,
        mood: cell.className, colour,
        contrast: Math.min(contrast(colour, paper), contrast(getComputedStyle(sheet).color, shade)),
    };
});
"""


@pytest.fixture
def page(here: Path) -> str:
    """The page of the small tree, with a misspelt row in its features table."""
    return matrix(here, BOTH, "--format", "html", tree=MISSPELT).out


def measured(directory: Path, text: str, scheme: str, width: int = 1280) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = evaluated(directory / "measured.html", text, _MEASURE, *SCHEMES[scheme], width=width)
    return found


@pytest.mark.parametrize("width", [1280, 1920])
def test_every_cell_takes_the_focus_and_opens_below_itself(here: Path, page: str, width: int) -> None:
    found = measured(here, page, "light", width)
    assert len(found) == 30
    for cell in found:
        assert (cell["focused"], cell["isOpen"], cell["open"]) == (True, True, 1)
        assert cell["left"] >= 0
        assert cell["inside"] >= 0
        assert cell["below"] >= 0
        assert cell["height"] > 30


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_mood_has_a_colour_of_its_own_that_can_be_read(here: Path, page: str, scheme: str) -> None:
    found = measured(here, page, scheme)
    colours = {cell["mood"]: cell["colour"] for cell in found}
    assert set(colours) == {"", "absent", "holds", "warned", "violated"}
    assert len(set(colours.values())) == 5
    assert min(cell["contrast"] for cell in found) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_browser_has_nothing_to_say_of_it(here: Path, page: str, scheme: str) -> None:
    file = here / "page.html"
    file.write_bytes(page.encode())
    assert "CONSOLE" not in browse(file, f"--screenshot={here / 'page.png'}", *SCHEMES[scheme]).stderr
