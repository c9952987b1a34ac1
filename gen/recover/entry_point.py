"""An entry point of a tree: a label or C function at which entry code begins, or goes on its way out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gen.diagnostics import Span
from gen.model.entry import Whence


class How(Enum):
    """By what an entry point was found; the value is how it is printed."""

    LABEL = "a label of assembly"
    VECTOR = "named by a table of vectors"
    CALLED_IN = "called by assembly on the way in"
    CALLED_OUT = "called by assembly on the way out"
    MACRO = "defined by a macro for handlers"
    DISPATCHED = "one of those that another entry point hands on to"
    HANDLER = "a function that takes pt_regs"


@dataclass(frozen=True)
class EntryPoint:
    """A way into the kernel, or out of it: its symbol as the tree spells it, and where that is defined.

    `kind` is a guess by names, and empty on the way out. `whence` is what it can interrupt, and `because` what says so,
    nothing for a guess that nothing says. `by` is who leads to it: labels or assembly macros, the file of a table, the
    dispatcher. `calls` are the C functions of the architecture that the code under a label names. `condition` says
    where it is built, in the words of kbuild and of the #if lines around it; nothing if it always is, or if that cannot
    be told. `macro` is the one that defines it, if one does.
    """

    symbol: str
    span: Span
    how: How
    kind: str
    whence: Whence
    because: str = ""
    by: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    condition: str = ""
    macro: str = ""

    @property
    def file(self) -> str:
        """The file that defines it, from the top of the tree."""
        return self.span.file

    @property
    def line(self) -> int:
        """The line of its name there."""
        return self.span.line

    @property
    def is_assembly(self) -> bool:
        """Whether it is a label."""
        return not self.span.file.endswith((".c", ".h"))
