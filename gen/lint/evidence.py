"""Whether what a spec refers to is still in the tree: its evidence, and the symbols of its paths and sequences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gen.csource.tokens import word_offsets
from gen.diagnostics import Span
from gen.kernel.naming import Naming
from gen.model.entry import EntryPath, Sequence
from gen.model.release import Release

if TYPE_CHECKING:
    from gen.spec.archspec import ArchSpec


@dataclass(frozen=True)
class Missing:
    """Something that a spec says is in a file, and is not: `span` is where the spec says so."""

    span: Span
    what: str
    file: str


@dataclass(frozen=True)
class Evidence:
    """What of a spec was looked up in a tree: how much, and what of it is missing."""

    looked_up: int
    missing: tuple[Missing, ...]

    @property
    def holds(self) -> bool:
        """Whether all of it is there."""
        return not self.missing


def evidence_in(
    spec: ArchSpec, release: Release, read: Callable[[str], str | None], naming: Naming | None = None
) -> Evidence:
    """The evidence of a spec in a tree whose files `read` gives; any run of blanks equals one blank.

    A line of the spec may have the newest names, and the tree those of `naming`.
    """
    found = list(_looked_up(spec, release, naming or Naming(release), lambda file: read(file) or ""))
    return Evidence(len(found), tuple(each for each, there in found if not there))


def _looked_up(
    spec: ArchSpec, release: Release, naming: Naming, text_of: Callable[[str], str]
) -> Iterator[tuple[Missing, bool]]:
    for entry in spec.evidence_in(release):
        there = any(_is_in(line, text_of(entry.file)) for line in {entry.text, naming.respelled(entry.text)})
        yield Missing(entry.span, f"`{entry.text}` ({entry.claim})", entry.file), there
    model = spec.model.in_release(release)
    holders: tuple[Sequence | EntryPath, ...] = (*model.sequences.values(), *model.paths.values())
    for holder in holders:
        there = any(True for _ in word_offsets(text_of(holder.file), holder.symbol))
        yield Missing(holder.span, f"`{holder.symbol}` of `{holder.name}`", holder.file), there


def _is_in(line: str, text: str) -> bool:
    return line in text or " ".join(line.split()) in "\n".join(" ".join(each.split()) for each in text.split("\n"))
