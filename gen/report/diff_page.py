"""The page of `gen diff`: which entry paths of two trees do the same in the same order, for people and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from gen.diagnostics.printers import counted
from gen.diagnostics.printers.text import visible
from gen.model.compare import At
from gen.recover.changed import Change, Compared, Parting, Subjects
from gen.recover.events import Event
from gen.recover.how import How
from gen.recover.recover import ReadPath
from gen.report.parted import WIDTH, at_data, interrupted, parted

_MOST_PLACED = 4
"""Functions that are listed with their places; of more the names are."""


@dataclass(frozen=True)
class Side:
    """One of two trees: what it is called, and the verdicts on it as it is and without the pair.

    `using_rcu` are words that use RCU in this one, and do not in others, `left_out` is what may be entry code of it and
    is not compared.
    """

    name: str
    verdict: str
    without_pair: str
    using_rcu: frozenset[str] = frozenset()
    left_out: tuple[str, ...] = ()


def text(arch: str, old: Side, new: Side, paths: Sequence[Compared]) -> str:
    """The page as text: what is alike is said once."""
    lines = [*_head(arch, old, new, paths)]
    lines += [*_using_rcu(old, new), *_in_c(paths), *_left_out(old, new)]
    for alike in _alike(each for each in paths if each.change not in {Change.SAME, Change.MOVED}):
        lines += ["", *_group(alike)]
    moved = [each for each in paths if each.change is Change.MOVED]
    lines += ["", *_wrapped(dict.fromkeys(map(_moved, moved)))] if moved else []
    return "\n".join((*map(visible, lines), ""))


def _head(arch: str, old: Side, new: Side, paths: Sequence[Compared]) -> Iterator[str]:
    yield f"{arch}, {old.name} and {new.name}: {summary(paths)}"
    as_it_is, without = _both(old.verdict, new.verdict), _both(old.without_pair, new.without_pair)
    yield f"as it is: {as_it_is}; without the pair: {without}"


def _using_rcu(old: Side, new: Side) -> Iterator[str]:
    for words, said in ((new.using_rcu - old.using_rcu, "now"), (old.using_rcu - new.using_rcu, "no longer")):
        if words:
            yield f"{', '.join(sorted(words))} {said} use{'s' * (len(words) == 1)} RCU"


def _left_out(old: Side, new: Side) -> Iterator[str]:
    both = [each for each in old.left_out if each in new.left_out]
    yield from (f"cannot tell: {each}" for each in both)
    for side, which in ((old, "before"), (new, "after")):
        yield from (f"cannot tell: {which}: {each}" for each in side.left_out if each not in both)


def _in_c(paths: Sequence[Compared]) -> Iterator[str]:
    """How many paths are compared in part only."""
    number = sum(any(side and side.how is How.C for side in (each.old, each.new)) for each in paths)
    if number:
        its, them = ("is compared from its", "it") if number == 1 else ("are compared from their", "them")
        yield f"{number} of them {its} C on: what assembly does around {them} is the spec's word"


def summary(paths: Sequence[Compared]) -> str:
    """How many paths are what, in a phrase."""
    if all(each.change is Change.SAME for each in paths):
        return f"{counted(len(paths), 'entry path')}, all the same"
    changes = [each.change for each in paths]
    counts = (f"{changes.count(change)} {change.value}" for change in Change if change in changes)
    return f"{counted(len(paths), 'entry path')}: {', '.join(counts)}"


def _both(old: str, new: str) -> str:
    old, new = (Change.UNKNOWN.value if each == "unknown" else each for each in (old, new))
    return f"{new}, as before" if old == new else f"{old} before, {new} after"


def _alike(paths: Iterable[Compared]) -> Iterable[list[Compared]]:
    """Paths in groups that changed in the same way."""
    groups: dict[object, list[Compared]] = {}
    for each in paths:
        groups.setdefault(_way(each), []).append(each)
    return groups.values()


def _way(each: Compared) -> object:
    """In which way a path changed, wherever that stands."""
    partings = tuple(
        (subjects, tuple(parting.answers.items()), parting.before, _word(parting.old), _word(parting.new))
        for subjects, parting in each.partings.items()
    )
    own = {f"{name}()" for name in each.names}
    words = (frozenset(event.word for event in events if event.word not in own) for events in (each.came, each.went))
    return each.change, each.reason, partings, *words


def _word(at: At | None) -> str:
    return at.text if at else ""


def _group(paths: Sequence[Compared]) -> Iterator[str]:
    first = paths[0]
    names = ", ".join(each.path.symbol for each in paths)
    reason = f": {first.reason}" if first.reason else ""
    yield from _wrapped([f"{first.change.value}{reason}: {names}"])
    for subjects, parting in first.partings.items():
        yield from _parting(subjects, parting)
    for said, events in (("runs", first.came), ("no longer runs", first.went)):
        yield from _windows(f"  {said} in a critical window:", events)


def _wrapped(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield from wrap(line, WIDTH, subsequent_indent="      ", break_on_hyphens=False, break_long_words=False)


def _windows(said: str, events: Sequence[Event]) -> Iterator[str]:
    """What runs there: with its places if that is not too much to read."""
    named = {event.word: event for event in events}
    if len(named) <= _MOST_PLACED:
        yield from _wrapped(f"{said} {_ran(event)}" for event in named.values())
        return
    unknown = sum(1 for event in named.values() if event.doubt)
    names = f"{said} {', '.join(named)}" + (f"; what {unknown} of them do is not known" if unknown else "")
    yield from _wrapped([names])


def _ran(event: Event) -> str:
    doubt = f"; {event.doubt}" if event.doubt else ""
    return f"{event.word} ({event.span}){doubt}"


def subject(subjects: Subjects) -> str:
    """What changed, in a phrase."""
    *others, last = (each.value for each in subjects)
    return f"the order of {', '.join(others)} and {last}" if others else last


def _parting(subjects: Subjects, each: Parting) -> Iterator[str]:
    yield f"  {subject(subjects)}, {interrupted(each.answers)}"
    yield from parted(each.before, each.old, each.new, each.fork)


def _moved(each: Compared) -> str:
    return f"moved: {_place(each.old)} is {_place(each.new)}"


def _place(each: ReadPath | None) -> str:
    return f"{each.path.symbol} in {each.path.file}" if each else ""


def data(arch: str, old: Side, new: Side, paths: Sequence[Compared]) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "version": 1,
        "arch": arch,
        "old": _side_data(old),
        "new": _side_data(new),
        "paths": [_path_data(each) for each in paths],
    }


def _side_data(side: Side) -> dict[str, Any]:
    found = {"tree": side.name, "verdict": side.verdict, "without_pair": side.without_pair}
    return {**found, "using_rcu": sorted(side.using_rcu), "left_out": list(side.left_out)}


def _path_data(each: Compared) -> dict[str, Any]:
    return {
        "name": each.path.name,
        "change": each.change.value,
        "reason": each.reason,
        "old": _entry_data(each.old),
        "new": _entry_data(each.new),
        "partings": [_parting_data(*item) for item in each.partings.items()],
        "came": [_event_data(event) for event in each.came],
        "went": [_event_data(event) for event in each.went],
    }


def _entry_data(each: ReadPath | None) -> dict[str, str] | None:
    return {"symbol": each.path.symbol, "file": each.path.file, "how": each.how.value} if each else None


def _parting_data(subjects: Subjects, parting: Parting) -> dict[str, Any]:
    return {
        "subjects": [each.value for each in subjects],
        "interrupted": dict(parting.answers),
        "before": list(parting.before),
        "old": at_data(parting.old),
        "new": at_data(parting.new),
        "fork": at_data(parting.fork),
    }


def _event_data(event: Event) -> dict[str, Any]:
    place = {"file": event.span.file, "line": event.span.line, "column": event.span.column}
    windows = sorted(window.name.lower() for window in event.windows)
    return {"name": event.word, **place, "function": event.function, "windows": windows, "doubt": event.doubt}
