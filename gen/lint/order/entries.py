"""The entry paths of an architecture as a tree has them: what was read of each, and how it compares with the spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from gen.csource.tokens import word_offsets
from gen.diagnostics import Span
from gen.kernel.naming import Naming
from gen.model.compare import Difference
from gen.model.entry import EntryModel, EntryPath
from gen.model.graph import EntryGraph
from gen.model.release import Release
from gen.model.windows import Window
from gen.recover.files import TreeFiles
from gen.recover.how import How

if TYPE_CHECKING:
    from gen.spec.archspec import ArchSpec


class Kind(Enum):
    """What is wrong with it."""

    SCHEDULES = "may schedule"
    IRQS_ON = "interrupts can come"
    TRACEABLE = "can be instrumented"


@dataclass(frozen=True)
class Turn:
    """The step that ends an entry window, or begins an exit window: its C name, and where it stands."""

    name: str
    span: Span


@dataclass(frozen=True)
class Exposed:
    """One place in the tree, what is there in a window, and in which paths.

    `what` is a C name, with `classes` for what lets interrupts in. `described` is where the spec says so, if what is
    there was not read but is what the spec says of itself. `condition` says in which configurations, nothing in all.
    `doubt` is why it may not be so, nothing where it rests on what was read, or on what the spec says of its release.
    """

    kind: Kind
    window: Window
    span: Span
    what: str
    function: str
    paths: tuple[str, ...]
    turn: Turn | None
    classes: tuple[str, ...] = ()
    described: Span | None = None
    condition: str = ""
    doubt: str = ""


class Outcome(Enum):
    """What came of reading a path back; the value is how it is printed."""

    REBUILT = "rebuilt"
    DIFFERS = "differs"
    NOT_REBUILT = "not rebuilt"


@dataclass(frozen=True)
class PathReading:
    """One path: what came of it, how it was read, and if it was not rebuilt the reason in one phrase.

    `graph` is what was read, None if nothing was; its steps stand at their places in the tree. `masking` has, by the
    step that begins the USER state, a function that was not found and may mask interrupts before it.
    """

    path: EntryPath
    outcome: Outcome
    reason: str = ""
    difference: Difference | None = None
    graph: EntryGraph | None = None
    masking: Mapping[Span, str] = field(default_factory=dict, compare=False)
    how: How = How.C


@dataclass(frozen=True)
class EntryReading:
    """The entry paths of an architecture as a tree has them.

    `model` is the spec's for the tree's release, with the graphs that were read in the place of its own steps.
    `functions` says which function of the tree a step of it stands in, by its span; `exposed` is what runs in the
    windows and must not. `unread` are the functions that are called and were not found.
    """

    spec: ArchSpec
    release: Release
    paths: tuple[PathReading, ...]
    model: EntryModel
    functions: Mapping[Span, str]
    files: TreeFiles = field(repr=False, compare=False)
    naming: Naming
    exposed: tuple[Exposed, ...] = ()
    unread: frozenset[str] = frozenset()

    @property
    def differing(self) -> tuple[PathReading, ...]:
        """The paths that are not what the spec says."""
        return tuple(each for each in self.paths if each.outcome is Outcome.DIFFERS)

    @property
    def wrong(self) -> tuple[PathReading, ...]:
        """Those of them that are to be told: a leak of the spec that the tree does not have is not."""
        return tuple(each for each in self.differing if not (each.difference and each.difference.is_mended))

    def begin(self, path: EntryPath) -> Span:
        """Where a path begins in the tree: the name of its C function, or else the first line with its symbol."""
        found = self.files.defined(path.file, lambda function: path.symbol in {function.name, function.macro})
        first = next(found, None) if path.file.endswith((".c", ".h")) else None
        if first is not None:
            place, length = first.source.place(first.function.name_offset), len(first.function.name)
            return Span(path.file, place.line, place.column, place.line, place.column + length)
        text = self.files.text(path.file) or ""
        offset = next(word_offsets(text, path.symbol), -1)
        if offset < 0:
            return Span(path.file)
        line, column = text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
        return Span(path.file, line, column, line, column + len(path.symbol))
