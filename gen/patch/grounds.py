"""On what a series stands: how much of the tree's entry code was read, and what could not be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gen.lint.facts import ArchFacts
from gen.lint.recovered import TreeVerdict
from gen.lint.workspace import Workspace
from gen.patch.words import listed
from gen.report.tree_verdict import read_counts, share

MOST_NAMES = 3
"""How many doubts a sentence names."""


@dataclass(frozen=True)
class Grounds:
    """The verdict on the entry code of a tree, whose version is `tree`.

    There is none for a port that is to be (`is_port`), which is a draft without code that could be read, and for entry
    code that is too large to be told of. `described` is the release that the spec was read from, if it is another one
    than the tree's.
    """

    tree: str
    verdict: TreeVerdict | None
    is_port: bool = False
    described: str = ""

    @property
    def unsure(self) -> bool:
        """Whether nothing can be told of the tree. What was found wrong stays wrong, whatever else is not known."""
        broken = self.verdict is not None and bool(self.verdict.offstack.violations)
        return not self.is_port and not broken and bool(self.doubts)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What could not be read or is not known, in sentences; nothing if all was."""
        return tuple(self._doubts())

    def _doubts(self) -> Iterator[str]:
        if self.is_port:
            return
        if self.verdict is None:
            yield f"the entry code of Linux {self.tree} is too large to be told of"
            return
        found = [f"{each.what} ({each.span})" for each in self.verdict.offstack.doubts]
        left = len(found) - MOST_NAMES
        if found:
            named = found if left <= 1 else [*found[:MOST_NAMES], f"{left} more"]
            yield f"of the entry code of Linux {self.tree} not all is known: {listed(named)}"

    @property
    def share(self) -> str:
        """How much of the entry code was read, in a sentence."""
        return share(self.verdict.recovered) if self.verdict else "nothing of it is known"

    @property
    def seen(self) -> str:
        """What the proof is of, for its reader."""
        counts = (
            read_counts(self.verdict.recovered)
            if self.verdict
            else dict.fromkeys(("paths", "c", "assembly", "declared"), 0)
        )
        declared, left = counts["declared"], ""
        if declared:
            left = "; the other is assembly" if declared == 1 else f"; the other {declared} are assembly"
            left += ", of which it is the spec's word"
        other = f" The spec was read from Linux {self.described}, and not from this one." if self.described else ""
        text = "C and assembly" if counts["assembly"] else "C"
        read = counts["c"] + counts["assembly"]
        return (
            f"{read} of the {counts['paths']} entry paths were read from the {text} of Linux {self.tree}, and "
            f"nothing in them is assumed{left}.{other if declared else ''}"
        )


def grounds_of(facts: ArchFacts, work: Workspace) -> Grounds:
    """The grounds on which an architecture's series stands in a tree."""
    is_port = facts.tracking is None
    spec = facts.spec
    described = str(spec.kernel) if spec is not None and not spec.describes(facts.release) else ""
    return Grounds(work.tree.version, None if is_port else work.verdict(facts.name), is_port, described)
