"""Texts and shapes of an SVG: what a picture is put together from."""

from __future__ import annotations

import unicodedata
from html import escape
from itertools import accumulate

ADVANCE = 0.61
"""How wide a character is, in parts of the font size; the usual monospaced fonts need 0.55 to 0.602."""
TEXT_SIZE = 12
"""The font size of text that does not say otherwise."""


def clean(text: str) -> str:
    """The text on one line, with what XML forbids or what moves its neighbours about written as an escape."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in " ".join(text.split()))


def escaped(text: str) -> str:
    """The same, safe as the content of an element."""
    return escape(clean(text))


def cell_count(text: str) -> int:
    """How many columns a terminal would need."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def text_width(text: str, size: int) -> float:
    """How many pixels wide the text is at most, at a font size."""
    return cell_count(text) * size * ADVANCE


def shortened(text: str, cells: int) -> str:
    """The text, or as much of its start as fits with `...` behind it."""
    if cell_count(text) <= cells:
        return text
    ends = accumulate(map(cell_count, text))
    return text[: sum(end <= cells - 3 for end in ends)] + "..."


def wrapped(text: str, cells: int, most: int) -> tuple[str, ...]:
    """The text on at most `most` lines, broken at spaces; the last one is shortened."""
    made: list[str] = []
    words = clean(text).split(" ")
    while words and len(made) < most - 1:
        taken = max(1, sum(end - 1 <= cells for end in accumulate(cell_count(word) + 1 for word in words)))
        made.append(shortened(" ".join(words[:taken]), cells))
        words = words[taken:]
    return (*made, shortened(" ".join(words), cells)) if words else tuple(made)


def tag(name: str, content: str = "", /, **attributes: str | float) -> str:
    """An element; `content` is markup, attributes are escaped here, and `_` in their names is `-`."""
    said = "".join(
        f' {key.replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def box(x: float, y: float, width: float, height: float, fill: str, /, **more: str | float) -> str:
    """A filled rectangle."""
    return tag("rect", x=x, y=y, width=width, height=height, fill=fill, **more)


def label(x: float, y: float, text: str, /, **more: str | float) -> str:
    """A text; where a font may lack a character and take a wider one, it is held to its width."""
    size = more.get("font_size", TEXT_SIZE)
    if not text.isascii() and isinstance(size, int):
        more |= {"textLength": text_width(text, size), "lengthAdjust": "spacingAndGlyphs"}
    return tag("text", escape(text), x=x, y=y, **more)


def polyline(d: str, stroke: str, width: float, /, **more: str | float) -> str:
    """The strokes of the path data `d`."""
    return tag("path", d=d, fill="none", stroke=stroke, stroke_width=width, **more)


def segment(x1: float, y1: float, x2: float, y2: float) -> str:
    """Path data of a straight line."""
    return f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}"


def hatched(x: float, y: float, width: float, height: float, step: float = 7) -> str:
    """Diagonals over a box as one path: mail programs and rasterisers do not all know <pattern>."""
    sums = range(1, int((width + height) / step) + 1)
    return "".join(
        segment(
            x + max(0, each * step - height),
            y + min(each * step, height),
            x + min(each * step, width),
            y + max(0, each * step - width),
        )
        for each in sums
    )
