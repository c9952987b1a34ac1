"""The lines of a text, by an offset in them."""

from __future__ import annotations


def line_start(text: str, offset: int) -> int:
    """Where the line begins that an offset is in."""
    return text.rfind("\n", 0, offset) + 1


def line_stop(text: str, offset: int) -> int:
    """Where the line ends that an offset is in, before its line end."""
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    return end - (end > offset and text[end - 1] == "\r")


def line_end(text: str, offset: int) -> str:
    """How the line at an offset ends, or the one before it where that one has no end."""
    end = text.find("\n", offset)
    end = text.rfind("\n", 0, offset) if end < 0 else end
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"


def indent_of(line: str) -> str:
    """The whitespace at the beginning of a line."""
    return line[: len(line) - len(line.lstrip())]
