"""What a kernel C file defines: its functions and macros, and which #if lines stand around each.

Braces are counted in every arm of an #if on its own, and what follows the #endif goes on from the first arm, so a file
reads the same whatever the configuration is. A file whose braces still do not balance is read again with the rule
that a brace in the first column ends, or begins, a definition.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from gen.csource.headers import Header, declaration_start, header_before, read_header
from gen.csource.tokens import (
    COMMENT,
    CONDITIONALS,
    DIRECTIVE,
    QUOTED,
    Source,
    Tokens,
    directive_rest,
    directive_word,
    tokenize,
    word_offsets,
    words_in,
)

_PIECE = re.compile(rf"""[{{}}]|{COMMENT}|{QUOTED}|{DIRECTIVE}|[^{{}}/"'#]++|[\s\S]""")
_DEFINE = re.compile(r"#[^\S\n]*define(?:[^\S\n]|\\\r?\n)+([^\W\d]\w*)(?:\(([^()]*)\))?")
_EXTERN_C = re.compile(r'\bextern\s*"[^"\n]*"\s*\Z')

Group = tuple[str, ...]
"""The directives of an #if up to and with the arm that is meant, in order."""


@dataclass(frozen=True, slots=True)
class Function:
    """A stretch of text that defines a function, from `start` up to, not including, `end`, with every #if in it whole.

    `name`, `macro`, `words` (of the header: `static`, `noinstr`, ...) and `parameters` are those of the first arm,
    where an #if decides the header; `around` are the #if groups that the whole stretch stands in. `complete` is False
    if the text ends before the body does.
    """

    name: str
    macro: str
    words: frozenset[str]
    parameters: str
    name_offset: int
    start: int
    end: int
    around: tuple[Group, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Macro:
    """A #define: its parameters, None if it takes none, and where its body is."""

    name: str
    parameters: tuple[str, ...] | None
    name_offset: int
    start: int
    end: int
    around: tuple[Group, ...]


@dataclass(frozen=True)
class Outline:
    """A file with its functions and macros, in the order of the text."""

    source: Source
    functions: tuple[Function, ...]
    _defines: tuple[tuple[int, str, tuple[Group, ...]], ...] = field(repr=False)

    @cached_property
    def macros(self) -> tuple[Macro, ...]:
        """Every #define, each as often as it is there."""
        return tuple(macro for offset, text, around in self._defines if (macro := _macro(offset, text, around)))

    def named(self, name: str) -> tuple[Function, ...]:
        """The definitions of a function: more than one if #if lines choose."""
        return tuple(function for function in self.functions if function.name == name)


def read_outline(source: Source) -> Outline:
    """What a text defines."""
    scan = _Scan(source.text, by_column=False)
    if not scan.balanced:
        scan = _Scan(source.text, by_column=True)
    return Outline(source, tuple(scan.functions), tuple(scan.defines))


def _macro(offset: int, text: str, around: tuple[Group, ...]) -> Macro | None:
    match = _DEFINE.match(text)
    if match is None:
        return None
    parameters = None
    if match[2] is not None:
        parameters = tuple(word.strip(" \t\\\r\n") for word in match[2].split(",")) if match[2].strip() else ()
    return Macro(match[1], parameters, offset + match.start(1), offset + match.end(), offset + len(text), around)


@dataclass(slots=True)
class _Open:
    """The definition that is being read; `level` is how many #if are open around all of it.

    `arm_of` is where the outermost #if is that had the brace in an arm and ended before the definition did.
    """

    brace: int
    start: int
    level: int
    around: tuple[Group, ...]
    closed: bool = False
    arm_of: int | None = None


@dataclass(slots=True)
class _Conditional:
    """An open #if: the brace depth before it, the depth at the end of its first arm once that is known."""

    offset: int
    depth: int
    directives: list[str]
    first_end: int | None = None


class _Scan:
    """One reading of a text."""

    def __init__(self, text: str, *, by_column: bool) -> None:
        self.text = text
        self.by_column = by_column
        self.balanced = True
        self.functions: list[Function] = []
        self.defines: list[tuple[int, str, tuple[Group, ...]]] = []
        self.depth = 0
        self.open: _Open | None = None
        self.boundary = 0
        self.conditionals: list[_Conditional] = []
        self._around: tuple[Group, ...] | None = ()
        self._run()

    def _run(self) -> None:
        pieces = _PIECE.findall(self.text)
        for piece, offset in zip(pieces, accumulate(map(len, pieces), initial=0), strict=False):
            match piece[0]:
                case "{":
                    self._brace(offset)
                case "}":
                    self._end_brace(offset)
                case "#":
                    self._directive(piece, offset)
        if self.open:
            self.balanced = False
            self._emit(self.open, len(self.text), complete=self.open.closed)

    def _brace(self, offset: int) -> None:
        if self.by_column and self.depth and self.open and self._in_first_column(offset):
            self._emit(self.open, offset, complete=False)
            self.depth = 0
        if self.depth == 0 and self.open is None:
            if _EXTERN_C.search(self.text, max(self.boundary, offset - 40), offset):
                self.boundary = offset + 1
                return
            self.open = _Open(offset, self.boundary, len(self.conditionals), self.around())
        self.depth += 1

    def _end_brace(self, offset: int) -> None:
        if self.by_column and self._in_first_column(offset):
            self.depth = min(self.depth, 1)
        if self.depth == 0:
            self.boundary = offset + 1
            return
        self.depth -= 1
        if self.depth == 0 and self.open:
            if len(self.conditionals) > self.open.level:
                self.open.closed = True
            else:
                self._emit(self.open, offset + 1, complete=True)

    def _in_first_column(self, offset: int) -> bool:
        return offset == 0 or self.text[offset - 1] == "\n"

    def _directive(self, piece: str, offset: int) -> None:
        word = directive_word(piece)
        if word == "define":
            self._take_for_guard(piece)
            self.defines.append((offset, piece, self.around()))
            return
        if word not in CONDITIONALS:
            return
        self._around = None
        if word in {"if", "ifdef", "ifndef"}:
            self.conditionals.append(_Conditional(offset, self.depth, [piece]))
        elif self.conditionals:
            last = self.conditionals[-1]
            if last.first_end is None and not (len(last.directives) == 1 and directive_rest(last.directives[0]) == "0"):
                last.first_end = self.depth
            if word == "endif":
                self._end_conditional(self.conditionals.pop(), offset + len(piece))
            else:
                last.directives.append(piece)
                self.depth = last.depth

    def _end_conditional(self, ended: _Conditional, end: int) -> None:
        self.depth = self.depth if ended.first_end is None else ended.first_end
        if self.open is None:
            return
        if len(self.conditionals) < self.open.level:
            self.open.level = len(self.conditionals)
            self.open.around = self.around()
            self.open.arm_of = ended.offset
        if self.depth == 0 and len(self.conditionals) <= self.open.level:
            self._emit(self.open, end, complete=True)

    def _take_for_guard(self, define: str) -> None:
        """An #ifndef that its own #define follows, such as an include guard, asks nothing."""
        if self.conditionals:
            first = self.conditionals[-1].directives
            name = directive_rest(first[-1]).split(" ")[0]
            if (
                len(first) == 1
                and directive_word(first[0]) == "ifndef"
                and re.match(rf"{re.escape(name)}\b", directive_rest(define))
            ):
                first[0] = "#if 1"
                self._around = None

    def around(self) -> tuple[Group, ...]:
        """The #if groups that are open here."""
        if self._around is None:
            self._around = tuple(tuple(each.directives) for each in self.conditionals)
        return self._around

    def _emit(self, what: _Open, end: int, *, complete: bool) -> None:
        self.open = None
        self.boundary = end
        before = self.text[max(what.start, what.brace - 200) : what.brace].rstrip()[-1:]
        if before in {"=", ",", "(", "["}:
            return
        gap = tokenize(self.text, what.start, what.brace)
        found = header_before(gap)
        if found is None:
            return
        start, tokens = found
        header = read_header(tokens)
        if header:
            self.functions.append(
                Function(
                    header.name,
                    header.macro,
                    _declared_words(tokens, header),
                    tokens.text(*header.parameters),
                    tokens.offsets[header.name_index],
                    gap.offsets[start] if what.arm_of is None else self._start_around(what.start, what.arm_of),
                    end,
                    what.around,
                    complete,
                )
            )

    def _start_around(self, boundary: int, conditional: int) -> int:
        """Where a declaration begins whose middle an #if decides."""
        before = tokenize(self.text, boundary, conditional)
        start = declaration_start(before)
        return before.offsets[start] if start < len(before) else conditional


def _declared_words(tokens: Tokens, header: Header) -> frozenset[str]:
    first, last = header.parameters
    return frozenset(words_in((*tokens.texts[:first], *tokens.texts[last:])))


def functions_mentioning(outline: Outline, words: Collection[str]) -> Iterator[Function]:
    """The functions that have one of some words in their text, comments and strings included: a quick first choice."""
    offsets = sorted(offset for word in words for offset in word_offsets(outline.source.text, word))
    for each in outline.functions:
        place = bisect_left(offsets, each.start)
        if place < len(offsets) and offsets[place] < each.end:
            yield each
