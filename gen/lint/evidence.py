"""Whether what a spec refers to is still in the tree: its evidence, and the symbols of its paths and sequences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gen.csource.asm import Use, asm_uses
from gen.csource.tokens import Source, word_offsets
from gen.diagnostics import Span
from gen.kernel.naming import Naming
from gen.model.entry import EntryPath, Sequence, Step, is_assembly, walk
from gen.model.release import Release
from gen.model.vocabulary import Effect

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
    yield from _scheduling(spec, naming, holders, text_of)


def _scheduling(
    spec: ArchSpec, naming: Naming, holders: Iterable[Sequence | EntryPath], text_of: Callable[[str], str]
) -> Iterator[tuple[Missing, bool]]:
    """The scheduling points in assembly: some assembly that the spec names has to call them, wherever it is."""
    steps = [
        (holder, item)
        for holder in holders
        for item in walk(holder.body)
        if isinstance(item, Step) and names_call(item, holder.file)
    ]
    names = {naming.spelled(step.word) for _, step in steps}
    called: set[str] = set()
    for file in dict.fromkeys(holder.file for holder in holders if names and is_assembly(holder.file)):
        found = asm_uses(Source(text_of(file)), names, spec.kconfig.file.split("/")[1])
        called |= {use.name for use in found if use.use in {Use.OPERAND, Use.MACRO}}
    for holder, step in steps:
        name = naming.spelled(step.word)
        yield Missing(step.span, f"a call of {name}() in `{holder.name}`", holder.file), name in called


def names_call(step: Step, file: str) -> bool:
    """Whether a step in a file has to be seen there by its name: a scheduling point in assembly."""
    return is_assembly(file) and step.row.effect in {Effect.SCHEDULE, Effect.SCHEDULE_USER}


def _is_in(line: str, text: str) -> bool:
    return line in text or " ".join(line.split()) in "\n".join(" ".join(each.split()) for each in text.split("\n"))
