"""`gen diff` as a page of its own: what changed, group by group, with what a path does in both trees side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from gen.model.compare import At
from gen.recover.changed import Compared, Parting, Subjects
from gen.recover.events import Event, events
from gen.recover.recover import ReadPath
from gen.report.changes import Side, alike, moved, remarks, subject, summary
from gen.report.page import standalone
from gen.report.parted import interrupted


@dataclass(frozen=True)
class Cell:
    """What one side has: a text, where it stands, and in which critical windows that is."""

    text: str
    place: str = ""
    windows: str = ""


@dataclass(frozen=True)
class Row:
    """What the two sides have beside each other; None where one has nothing."""

    old: Cell | None
    new: Cell | None

    @property
    def same(self) -> bool:
        """Whether both have the same."""
        return self.old is not None and self.new is not None and self.old.text == self.new.text


@dataclass(frozen=True)
class Shown:
    """Where one subject parts."""

    title: str
    rows: tuple[Row, ...]
    fork: At | None
    doubt: str


@dataclass(frozen=True)
class Group:
    """Paths that changed in the same way; `timeline` is all that the first of them does."""

    change: str
    reason: str
    names: tuple[str, ...]
    partings: tuple[Shown, ...]
    came: tuple[Event, ...]
    went: tuple[Event, ...]
    unbracketed: tuple[At, ...]
    timeline: tuple[Row, ...]


def html(arch: str, old: Side, new: Side, paths: Sequence[Compared]) -> str:
    """The page as HTML."""
    return standalone(
        "diff",
        arch=arch,
        old=old,
        new=new,
        summary=summary(paths),
        remarks=list(remarks(old, new, paths)),
        groups=[_group(each, old, new) for each in alike(paths)],
        moved=moved(paths),
    )


def _group(paths: Sequence[Compared], old: Side, new: Side) -> Group:
    first = paths[0]
    return Group(
        first.change.value,
        first.reason,
        tuple(each.path.symbol for each in paths),
        tuple(_shown(*each) for each in first.partings.items()),
        first.came,
        first.went,
        first.unbracketed,
        tuple(_timeline(_events(first.old, old), _events(first.new, new))) if first.old and first.new else (),
    )


def _shown(subjects: Subjects, parting: Parting) -> Shown:
    both = (Row(Cell(step), Cell(step)) for step in parting.before)
    rows = (*both, Row(_at(parting.old), _at(parting.new)))
    return Shown(f"{subject(subjects)}, {interrupted(parting.answers)}", rows, parting.fork, parting.doubt)


def _at(at: At | None) -> Cell | None:
    return Cell(at.text, str(at.span)) if at else None


def _events(path: ReadPath | None, side: Side) -> list[Event]:
    return list(events(path.path, side.offstack)) if path else []


def _timeline(old: Sequence[Event], new: Sequence[Event]) -> Iterator[Row]:
    """What both do, place by place, with what is the same beside each other."""
    before, after = ([(event.what, event.word) for event in each] for each in (old, new))
    for kind, begin, end, other, other_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        left, right = map(_cell, old[begin:end]), map(_cell, new[other:other_end])
        if kind == "equal":
            yield from map(Row, left, right)
        else:
            yield from (Row(*each) for each in zip_longest(left, right))


def _cell(event: Event) -> Cell:
    windows = " ".join(sorted(window.name.lower() for window in event.windows))
    return Cell(f"{event.what} {event.word}".rstrip(), str(event.span), windows)
