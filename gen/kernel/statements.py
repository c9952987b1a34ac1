"""Kconfig text to statements: one for each line that says something, help texts and comments left out.

The lexical rules are those of scripts/kconfig/lexer.l. Whether a statement stands where it may is not decided here.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from gen.diagnostics import Span
from gen.kernel.expression import Expression, ExpressionError, Macro, Token, parsed_tokens, shortened, tokens
from gen.kernel.tree import NotUnderstood

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
    _starts: array[int] = field(default_factory=lambda: array("q", [0]))

    def __post_init__(self) -> None:
        self._starts.extend(newline.end() for newline in re.finditer("\n", self.text))

    def span(self, start: int, end: int) -> Span:
        """The stretch between two offsets (code points from 0)."""
        return Span(self.file, *self._place(start), *self._place(end))

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


@dataclass(frozen=True)
class Condition:
    """A condition as it is written (blanks folded), what it means, and where it stands."""

    text: str
    expression: Expression
    span: Span


@dataclass(frozen=True)
class Statement:
    """A keyword and its arguments, whose last token is the end of the line; offsets are those of `source`.

    Where the arguments are no tokens, `broken` says why, and they are one token of the kind `broken`: an `if` is a
    block even if nobody can tell when it holds.
    """

    keyword: str
    words: list[Token]
    start: int
    source: Text
    broken: str = ""
    _conditions: dict[int, tuple[Condition, str]] = field(default_factory=dict)

    @cached_property
    def span(self) -> Span:
        """From the keyword to the last argument."""
        end = self.words[-2].end if len(self.words) > 1 else self.start + len(self.keyword)
        return self.source.span(self.start, end)

    def span_of(self, token: Token) -> Span:
        """One of the arguments."""
        return self.source.span(token.start, token.end)

    def condition(self, words: list[Token]) -> tuple[Condition, str]:
        """The condition that some of the arguments are, with an end after them, and why if they are none.

        One that nobody can read is unknown, not absent. Kept, because a file is gone through for every architecture.
        """
        start = words[0].start
        if start not in self._conditions:
            end = words[-2].end if len(words) > 1 else start
            text = " ".join(_CONTINUATION.sub(" ", self.source.text[start:end]).split())
            problem = ""
            try:
                expression = parsed_tokens(words)
            except ExpressionError as error:
                expression, problem = Macro(shortened(text)), self.broken or str(error)
            self._conditions[start] = Condition(text, expression, self.source.span(start, end)), problem
        return self._conditions[start]


_CONTINUATION = re.compile(r"\\\r?\n")
_WORD = re.compile(r"[ \t\r\f\v]*+([\w-]*+)", re.ASCII)
_ASSIGNS = re.compile(r"[ \t]*+[:+]?=")
_REST = re.compile(r"[^\\\n]*+(?:\\(?:\r?\n|.|\Z)[^\\\n]*+)*+\n?")
_LONGEST_QUOTE = 60
_HELP = frozenset({"help", "---help---"})  # the second until v5.8
_HELP_LINE = re.compile(r"(?:[ \t\r]*+\n)*+([ \t]*+)([^\n]*+)\n?")


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
        start = _WORD.match(text, place)
        here, word = (start.end(), start[1]) if start else (place, "")
        if (
            text.startswith(("#", "\n", "$("), here)
            if not word
            else word not in KEYWORDS and _ASSIGNS.match(text, here)
        ):
            # A comment, nothing, a macro called for its effect, a variable: none of them says what is selected.
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
    text, start = source.text, here - len(word)
    if word not in KEYWORDS:
        reason = f"{shortened(word or text[start])} is no Kconfig keyword"
        return NotUnderstood(source.span(start, max(here, start + 1)), reason), _after_statement(text, line)
    try:
        words = tokens(text, here)
    except ExpressionError as error:
        after = _after_statement(text, line)
        end = min(after, here + _LONGEST_QUOTE)
        words = [Token("broken", "", here, end), Token("end", "", end, end)]
        return Statement(word, words, start, source, str(error)), after
    return Statement(word, words, start, source), _next_line(text, words[-1].start)


def _after_statement(text: str, place: int) -> int:
    """Where a line ends of which nothing is known but that a backslash continues it."""
    rest = _REST.match(text, place)
    return rest.end() if rest else len(text)


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
            if width < least or (not width and line.start(1) > first):
                return line.start(1)
            least = least or width
        place = line.end()
    return place
