"""What share of the entry paths of an architecture was read, and what of the rest its spec stands for.

A path counts as read if its C or assembly was, or if the spec stands for it and the tree has what that refers to: for
assembly that is not read, and for what the spec says that gen does not read. About an architecture with any other path
nothing can be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from gen.lint.evidence import Evidence
from gen.lint.order.entries import EntryReading, Outcome, PathReading
from gen.recover.how import How


class Ground(Enum):
    """What is known of a path rests on this; the value is how data has it."""

    C = "c"
    ASSEMBLY = "assembly"
    DECLARED = "declared"
    UNREAD = "unread"


@dataclass(frozen=True)
class Grounded:
    """One path, and what is known of it: `reason` is why nothing is, in a phrase."""

    reading: PathReading
    ground: Ground
    reason: str = ""


def grounded(reading: EntryReading, evidence: Evidence) -> Iterator[Grounded]:
    """Every path of an architecture with its ground; `evidence` is that of its spec in the same tree."""
    gone = {each.file for each in evidence.missing}
    for each in reading.paths:
        yield _grounded(each, gone)


def _grounded(each: PathReading, gone: set[str]) -> Grounded:
    if each.outcome is not Outcome.NOT_REBUILT:
        return Grounded(each, Ground.ASSEMBLY if each.how is How.ASSEMBLY else Ground.C)
    is_declared = bool(each.path.unread) and each.path.unread in each.reason
    if each.how is not How.DECLARED and not is_declared:
        return Grounded(each, Ground.UNREAD, each.reason)
    if each.path.file in gone:
        return Grounded(each, Ground.UNREAD, f"{each.reason}, and {each.path.file} is not what the spec refers to")
    return Grounded(each, Ground.DECLARED)


def unread_paths(reading: EntryReading, evidence: Evidence) -> Iterator[Grounded]:
    """The paths about which nothing is known."""
    return (each for each in grounded(reading, evidence) if each.ground is Ground.UNREAD)


@dataclass(frozen=True)
class Share:
    """How many paths an architecture has, and on what the knowledge of them rests.

    `differing` of those that were read are not what the spec says.
    """

    paths: int
    c: int
    assembly: int
    declared: int
    differing: int = 0

    @classmethod
    def of(cls, found: Iterable[tuple[str, str]]) -> Share:
        """The share of some paths, each by the values of its Ground and its Outcome."""
        pairs = list(found)
        grounds = [ground for ground, _ in pairs]
        c, assembly, declared = (grounds.count(each.value) for each in (Ground.C, Ground.ASSEMBLY, Ground.DECLARED))
        differing = sum(outcome == Outcome.DIFFERS.value for _, outcome in pairs)
        return cls(len(pairs), c, assembly, declared, differing)

    @property
    def read(self) -> int:
        """How many were read, or are what the spec stands for."""
        return self.c + self.assembly + self.declared

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.read == self.paths

    @property
    def kinds(self) -> str:
        """What the paths that were read rest on: `35 in C, 4 as the spec describes them`."""
        parts = [f"{self.c} in C"] if self.c else []
        parts += [f"{self.assembly} in assembly"] if self.assembly else []
        them = "it" if self.declared == 1 else "them"
        parts += [f"{self.declared} as the spec describes {them}"] if self.declared else []
        return ", ".join(parts)

    def __str__(self) -> str:
        differ = f"; {self.differing} of them not as the spec has them" if self.differing else ""
        kinds = f", {self.kinds}" if self.read else ""
        return f"{self.read} of {self.paths} entry paths read{kinds}{differ}"

    def data(self) -> dict[str, int]:
        """The counts, for JSON."""
        return {
            "paths": self.paths, "c": self.c, "assembly": self.assembly, "declared": self.declared,
            "assumed": self.paths - self.read, "differing": self.differing,
        }  # fmt: skip


def share_of(reading: EntryReading, evidence: Evidence) -> Share:
    """The share of the paths of an architecture."""
    found = grounded(reading, evidence)
    return Share.of((each.ground.value, each.reading.outcome.value) for each in found)
