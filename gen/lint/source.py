"""A file of kernel source as rules look at it: its text, what it defines, and what is known around it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TypeGuard

from gen.csource.asm import AsmUse, asm_uses
from gen.csource.cfg import Call
from gen.csource.conditions import Config
from gen.csource.kernel_file import Analysed, Analysis, KernelFile, NotAnalysed
from gen.csource.lookup import Occurrence, noreturn_names, occurrences
from gen.csource.outline import Function, Macro, Outline, read_outline
from gen.csource.tokens import Place, Source, word_offsets
from gen.diagnostics import Span
from gen.facts.loader import calls_that
from gen.kernel.names import PAIR, SCHEDULE_USER
from gen.kernel.naming import Naming
from gen.lint.pair import Helpers, PairUse, helpers_among
from gen.lint.pair_walk import pair_use
from gen.model.entry import is_assembly
from gen.model.release import Release, newest


@cache
def never_returning() -> frozenset[str]:
    """What returns on no architecture; the rest is asked of headers."""
    return calls_that(lambda row: not row.returns)


WATCHED = frozenset({*PAIR, SCHEDULE_USER})
"""What a function has to mention for rules to look at it."""


@dataclass(frozen=True)
class SourceFile:
    """One C file, header or assembly file.

    `name` is its path from the top of the tree, or what the user called it where there is no tree; `arch` the folder
    of arch/ that it is in, or nothing; `naming` are the names of its tree. `find_headers` gives those that are looked
    into for macros, aliases and helpers, `find_noreturn` the functions that the architecture's headers declare so; both
    are asked only where it matters.
    """

    name: str
    text: str
    arch: str = ""
    naming: Naming = field(default_factory=lambda: Naming(newest()))
    find_headers: Callable[[], tuple[Outline, ...]] = tuple
    find_noreturn: Callable[[], frozenset[str]] = frozenset
    config: Config | None = field(default=None, repr=False)
    in_tree: bool = True

    @property
    def release(self) -> Release:
        """The release of the tree, or the one that was asked for."""
        return self.naming.release

    @property
    def is_assembly(self) -> bool:
        """Whether it is read as assembly."""
        return is_assembly(self.name)

    @cached_property
    def source(self) -> Source:
        """The text with its places."""
        return Source(self.text)

    @cached_property
    def outline(self) -> Outline:
        """What the file defines."""
        return read_outline(self.source)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines of the text."""
        return tuple(self.text.split("\n"))

    @cached_property
    def kernel_file(self) -> KernelFile:
        """The file with what is known around it."""
        noreturn = never_returning() | self.find_noreturn() | noreturn_names([self.text])
        return KernelFile(self.outline, self.find_headers(), noreturn, self.config)

    @cached_property
    def pair_uses(self) -> tuple[PairUse, ...]:
        """What each function that mentions a watched name does with the pair, in each view."""
        return self._read_uses[0]

    @cached_property
    def not_analysed(self) -> tuple[NotAnalysed, ...]:
        """The functions that mention a watched name and have no graph."""
        return self._read_uses[1]

    @cached_property
    def _read_uses(self) -> tuple[tuple[PairUse, ...], tuple[NotAnalysed, ...]]:
        """The two, helpers of the file and its headers taken for what they are; each round finds callers of more."""
        helpers: Helpers = {}
        while self.mentions(WATCHED | set(helpers)):
            analyses = list(self.analyses(WATCHED | set(helpers)))
            uses = tuple(pair_use(each, helpers, self.config) for each in analyses if _is_function(each))
            known = {**helpers_among(self._header_uses(helpers)), **helpers_among(uses)}
            if known.keys() <= helpers.keys():
                return uses, tuple(each for each in analyses if isinstance(each, NotAnalysed))
            helpers = {**helpers, **known}
        return (), ()

    def _header_uses(self, helpers: Helpers) -> Iterator[PairUse]:
        names = WATCHED | set(helpers)
        if any(_mentions(header.source.text, names) for header in self.kernel_file.headers):
            for header in self.kernel_file.header_files:
                functions = filter(_is_function, header.analyses(names))
                yield from (pair_use(each, helpers, self.config) for each in functions)

    def mentions(self, names: Collection[str]) -> bool:
        """Whether one of some names is in the text as a whole word, comments and strings included: a first look."""
        return _mentions(self.text, names)

    def analyses(self, names: Collection[str]) -> Iterator[Analysis]:
        """The functions of a C file that mention one of the names, in every view."""
        return iter(()) if self.is_assembly else self.kernel_file.analyses(names)

    def occurrences(self, names: Collection[str]) -> Iterator[Occurrence]:
        """Every use of some names in the code of a C file."""
        if self.is_assembly or not self.mentions(names):
            return iter(())
        return occurrences(self.outline, names)

    def assembly(self, names: Collection[str] | None) -> Iterator[AsmUse]:
        """Every use of some names in an assembly file, of every word if None."""
        return asm_uses(self.source, names, self.arch) if self.is_assembly else iter(())

    def span(self, place: Place, length: int = 1) -> Span:
        """A place of this file as a span of so many code points."""
        return Span(self.name, place.line, place.column, place.line, place.column + max(length, 1))

    def function_at(self, line: int) -> str:
        """The function or macro that a line is in, in assembly the label that it is under; nothing outside of any."""
        if self.is_assembly:
            return next((use.label for use in self.assembly(None) if use.place.line == line and use.label), "")
        inside: tuple[Function | Macro, ...] = (*self.outline.functions, *self.outline.macros)
        for each in inside:
            if self.source.place(each.start).line <= line <= self.source.place(each.end).line:
                return each.name
        return ""

    def call_span(self, call: Call) -> Span:
        """The name that a call is spelled with; of one that a macro makes, where the macro is used."""
        return self.span(call.place, len(call.via[0] if call.via else call.spelled))


def _mentions(text: str, names: Collection[str]) -> bool:
    return any(True for name in names for _ in word_offsets(text, name))


def _is_function(each: Analysis) -> TypeGuard[Analysed]:
    return isinstance(each, Analysed) and not each.pseudo
