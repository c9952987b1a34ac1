"""A C function that may be a handler, and where it is."""

from __future__ import annotations

from dataclasses import dataclass

from gen.csource.outline import Function
from gen.csource.tokens import Place, Source
from gen.diagnostics import Span


@dataclass(frozen=True)
class CFunction:
    """A C function that takes pt_regs, and the macro that defines it, if one does; `regs` is what it calls them.

    `around` are the names in what the macro puts around its body, in the order of the text.
    """

    file: str
    source: Source
    name: str
    offset: int
    regs: str = ""
    function: Function | None = None
    macro: str = ""
    around: tuple[str, ...] = ()

    @property
    def span(self) -> Span:
        """Where its name is defined."""
        return span_of(self.file, self.source.place(self.offset), self.name)

    @property
    def is_static(self) -> bool:
        """Whether assembly cannot call it."""
        return self.function is not None and not self.macro and "static" in self.function.words

    @property
    def text(self) -> str:
        """The text of the definition; nothing if the macro has all of it."""
        return self.source.text[self.function.start : self.function.end] if self.function else ""


def span_of(file: str, place: Place, name: str) -> Span:
    """A name at a place of a file."""
    return Span(file, place.line, place.column, place.line, place.column + max(len(name), 1))
