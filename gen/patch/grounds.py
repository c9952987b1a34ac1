"""What a proof of a spec is worth in a tree: how much of what the spec says was seen there, and what was not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gen.lint.evidence import Evidence
from gen.lint.facts import ArchFacts
from gen.lint.order.entries import EntryReading, PathReading
from gen.lint.share import Share, share_of, unread_paths
from gen.lint.workspace import Workspace
from gen.patch.words import listed
from gen.spec.archspec import ArchSpec

MOST_NAMES = 3
"""How many entry paths a sentence names."""


@dataclass(frozen=True)
class Grounds:
    """A tree beside its spec: what of the spec's evidence is there, and which entry paths run as it has them.

    `share` is how much of them was read, and `unread` what was not. `tree` is its version, `spec` are the releases that
    the spec was read from, as a reader knows them: `6.1.192` and `6.12 and 6.1`; `is_described` says whether the tree's
    is one of them.
    """

    tree: str
    spec: str
    is_described: bool
    evidence: Evidence
    entries: EntryReading
    share: Share
    unread: tuple[PathReading, ...] = ()
    is_port: bool = False

    @property
    def unsure(self) -> bool:
        """Whether nothing can be told of the tree; a port that is to be is a draft, without code that could be read."""
        return not self.is_port and bool(self.doubts)

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why the proof is about other code than the tree's, in sentences; nothing if it was not seen to be."""
        return tuple(self._doubts())

    def _doubts(self) -> Iterator[str]:
        begin = f"the spec was read from Linux {self.spec}, this is Linux {self.tree}, and"
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
        if self.unread:
            yield (
                f"{begin} {self.share.read} of its {self.share.paths} entry paths were read in the tree; not read is "
                f"{_named(self.unread)}"
            )

    @property
    def seen(self) -> str:
        """What was seen of the spec in the tree, in a sentence for a reader of the proof."""
        share = self.share
        rest = share.paths - share.c
        left = f"; of the other {rest}, {share.assembly} of them in assembly, it is the spec's word alone"
        other = "" if self.is_described else f" The spec was read from Linux {self.spec}, and not from this one."
        return (
            f"{share.c} of the {share.paths} entry paths were read back from the C of Linux {self.tree}, in the spec's "
            f"order{left if rest else ''}. The {self.evidence.looked_up} lines and symbols that the spec refers to "
            f"are in that tree.{other}"
        )


def grounds_of(spec: ArchSpec, facts: ArchFacts, work: Workspace) -> Grounds:
    """The grounds on which an architecture's series stands in a tree."""
    read_from = listed(str(release) for release in (spec.kernel, *spec.also))
    described = spec.describes(work.tree.release)
    evidence, entries = work.evidence(facts.name), work.entries(facts.name)
    share, unread = share_of(entries, evidence), tuple(each.reading for each in unread_paths(entries, evidence))
    is_port = facts.tracking is None
    return Grounds(
        work.tree.version, read_from, described, evidence, entries, share, () if is_port else unread, is_port
    )


def _named(differing: tuple[PathReading, ...]) -> str:
    names = [each.path.name for each in differing]
    left = len(names) - MOST_NAMES
    return listed(names if left <= 1 else [*names[:MOST_NAMES], f"{left} more"])
