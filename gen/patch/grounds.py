"""What a proof of a spec is worth in a tree: how much of what the spec says was seen there, and what was not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gen.lint.evidence import Evidence
from gen.lint.facts import ArchFacts
from gen.lint.order.entries import EntryReading, Outcome, PathReading
from gen.lint.workspace import Workspace
from gen.patch.words import listed

MOST_NAMES = 3
"""How many entry paths a sentence names."""


@dataclass(frozen=True)
class Grounds:
    """A tree beside its spec: what of the spec's evidence is there, and which entry paths run as it has them.

    `tree` and `spec` are the releases, as a reader knows them: `6.1.192` and `6.12`.
    """

    tree: str
    spec: str
    evidence: Evidence
    entries: EntryReading

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why the proof is about other code than the tree's, in sentences; nothing if it was not seen to be."""
        return tuple(self._doubts())

    def _doubts(self) -> Iterator[str]:
        begin = f"the spec describes Linux {self.spec}, this is Linux {self.tree}, and"
        missing, differing = self.evidence.missing, self.entries.differing
        if missing:
            yield (
                f"{begin} {len(missing)} of the {self.evidence.looked_up} things that the spec names are not in the "
                f"tree; the first is {missing[0].what} in {missing[0].file}"
            )
        if differing:
            yield (
                f"{begin} {len(differing)} of its {len(self.entries.paths)} entry paths run in another order in the "
                f"tree: {_named(differing)}"
            )

    @property
    def seen(self) -> str:
        """What was seen of the spec in the tree, in a sentence for a reader of the proof."""
        total, read = len(self.entries.paths), self._read_back
        named = f"The {self.evidence.looked_up} lines and symbols that the spec refers to are in it"
        if read == total:
            return f"All {total} were read back from the C of Linux {self.tree}, in that order. {named}."
        return (
            f"{read} of them were read back from the C of Linux {self.tree}, in that order; the other {total - read}, "
            f"in assembly for the most part, are as the author of the spec has read them. {named}."
        )

    @property
    def _read_back(self) -> int:
        return sum(each.outcome is Outcome.REBUILT for each in self.entries.paths)


def grounds_of(spec: str, facts: ArchFacts, work: Workspace) -> Grounds:
    """The grounds on which an architecture's series stands; `spec` is the release that its spec describes."""
    return Grounds(work.tree.version, spec, work.evidence(facts.name), work.entries(facts.name))


def _named(differing: tuple[PathReading, ...]) -> str:
    names = [each.path.name for each in differing]
    left = len(names) - MOST_NAMES
    return listed(names if left <= 1 else [*names[:MOST_NAMES], f"{left} more"])
