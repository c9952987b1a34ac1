"""What a terminal can be trusted with: file content on its way to a screen."""

from __future__ import annotations

import unicodedata


def visible(text: str) -> str:
    """The text with each control, format or surrogate character as `?` and each tab as one space.

    A source line is printed next to a finding; without this it could move the cursor or reorder what is read.
    """
    return "".join(" " if char == "\t" else "?" if _is_hidden(char) else char for char in text)


def width(text: str) -> int:
    """How many terminal cells the text takes."""
    return sum(_cells(char) for char in text)


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _cells(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
