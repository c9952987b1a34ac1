"""Kconfig text to statements: one for each line that says something, help texts and comments left out.

The lexical rules are those of scripts/kconfig/lexer.l. Whether a statement stands where it may is not decided here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from gen.diagnostics import Span
from gen.kernel.expression import ExpressionError, Token, shortened, tokens

MOST_PROBLEMS = 100
"""How many lines of a file are reported as not understood; a binary file has no other."""

_TYPES = frozenset({"bool", "tristate", "int", "hex", "string"})
_DEFAULTS = frozenset({"default", "def_bool", "def_tristate"})
_BLOCKS = frozenset({"if", "endif", "menu", "endmenu", "choice", "endchoice"})
_ENTRIES = frozenset({"config", "menuconfig", "comment", "mainmenu", "source"})
_OPTIONS = frozenset({"depends", "visible", "select", "imply", "prompt", "range", "optional", "modules", "option"})
_LATER = frozenset({"transitional"})  # v6.18
KEYWORDS = _TYPES | _DEFAULTS | _BLOCKS | _ENTRIES | _OPTIONS | _LATER


@dataclass(frozen=True)
class Text:
    """The text of a file, with the places of its lines."""

    file: str
    text: str
    _starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._starts.extend([0, *(newline.end() for newline in re.finditer("\n", self.text))])

    def span(self, start: int, end: int) -> Span:
        """The stretch between two offsets (code points from 0)."""
        return Span(self.file, *self._place(start), *self._place(end))

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


@dataclass(frozen=True)
class Statement:
    """A keyword and its arguments, whose last token is the end of the line; offsets are those of `source`."""

    keyword: str
    words: list[Token]
    start: int
    source: Text

    @property
    def span(self) -> Span:
        """From the keyword to the last argument."""
        end = self.words[-2].end if len(self.words) > 1 else self.start + len(self.keyword)
        return self.source.span(self.start, end)

    def span_of(self, token: Token) -> Span:
        """One of the arguments."""
        return self.source.span(token.start, token.end)

    def text_of(self, words: list[Token]) -> str:
        """Some of the arguments as they were written, with single blanks and on one line; the last is an end."""
        written = self.source.text[words[0].start : words[-2].end] if len(words) > 1 else ""
        return " ".join(_CONTINUATION.sub(" ", written).split())


@dataclass(frozen=True, order=True)
class NotUnderstood:
    """A place that is no Kconfig as we know it, and why."""

    span: Span
    reason: str


_CONTINUATION = re.compile(r"\\\r?\n")
_START = re.compile(r"[ \t\r\f\v]*+([\w-]*+)([ \t]*+(?::=|\+=|=))?", re.ASCII)
_REST = re.compile(r"[^\\\n]*+(?:\\(?:\r?\n|.|\Z)[^\\\n]*+)*+\n?")
_HELP = frozenset({"help", "---help---"})  # the second until v5.8
_HELP_LINE = re.compile(r"([ \t]*+)([^\n]*+)\n?")


def read_statements(file: str, content: bytes) -> tuple[list[Statement], list[NotUnderstood]]:
    """The statements of a file, and the first MOST_PROBLEMS lines that are none. Never raises."""
    source = Text(file, content.decode("utf-8", "surrogateescape"))
    if "\0" in source.text:
        return [], [NotUnderstood(Span(file), "a binary file")]
    statements: list[Statement] = []
    problems: list[NotUnderstood] = []
    for found in _statements(source):
        if isinstance(found, Statement):
            statements.append(found)
        elif len(problems) < MOST_PROBLEMS:
            problems.append(found)
    return statements, problems


def _statements(source: Text) -> Iterator[Statement | NotUnderstood]:
    text, place = source.text, 0
    while place < len(text):
        start = _START.match(text, place)
        word, assigned = start.groups() if start else ("", None)
        here = start.end() if start else place
        if assigned or (not word and text.startswith(("$(", "#", "\n"), here)):
            # A variable, a macro called for its effect, a comment, nothing: none of them says what is selected.
            place = _next_line(text, here)
        elif word in _HELP:
            place = _after_help(text, _next_line(text, here))
        elif here < len(text) or word:
            found, place = _statement(source, word, place, here)
            yield found
        else:
            return


def _statement(source: Text, word: str, line: int, here: int) -> tuple[Statement | NotUnderstood, int]:
    """The statement whose keyword ends at `here`, and where the next line starts."""
    start = here - len(word)
    try:
        if word not in KEYWORDS:
            raise ExpressionError(f"{shortened(word or source.text[start])} is no Kconfig keyword")
        words = tokens(source.text, here)
    except ExpressionError as error:
        rest = _REST.match(source.text, line)
        return NotUnderstood(source.span(start, here), str(error)), rest.end() if rest else len(source.text)
    return Statement(word, words, start, source), _next_line(source.text, words[-1].start)


def _next_line(text: str, place: int) -> int:
    newline = text.find("\n", place)
    return len(text) if newline < 0 else newline + 1


def _after_help(text: str, place: int) -> int:
    """Where a help text ends: before a line that is less indented than its first one, or not at all.

    The line after `help` belongs to it even without indentation, as in lexer.l.
    """
    least = 0
    first = place
    while place < len(text) and (line := _HELP_LINE.match(text, place)):
        if line[2].strip():
            width = len(line[1].expandtabs(8))
            if width < least or (not width and place > first):
                return place
            least = least or width
        place = line.end()
    return place
