"""The forms of `gen diff`: which entry paths of two trees do the same in the same order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from types import MappingProxyType
from typing import Any

from gen.diagnostics.printers.text import visible
from gen.recover.changed import Compared, Parting, Subjects
from gen.recover.events import Event
from gen.recover.recover import ReadPath
from gen.report.changes import Side, alike, moved, remarks, subject, summary
from gen.report.diff_html import html
from gen.report.parted import WIDTH, at_data, interrupted, parted

_MOST_PLACED = 4
"""Functions that are listed with their places; of more the names are."""


def text(arch: str, old: Side, new: Side, paths: Sequence[Compared]) -> str:
    """The page as text: what is alike is said once."""
    lines = [*_wrapped([f"{arch}, {old.name} and {new.name}: {summary(paths)}", *remarks(old, new, paths)])]
    for group in alike(paths):
        lines += ["", *_group(group)]
    if elsewhere := moved(paths):
        lines += ["", *_wrapped(f"moved: {each}" for each in elsewhere)]
    return "\n".join((*map(visible, lines), ""))


def _group(paths: Sequence[Compared]) -> Iterator[str]:
    first = paths[0]
    names = ", ".join(each.path.symbol for each in paths)
    reason = f": {first.reason}" if first.reason else ""
    yield from _wrapped([f"{first.change.value}{reason}: {names}"])
    for subjects, parting in first.partings.items():
        yield from _parting(subjects, parting)
    for said, events in (("runs", first.came), ("no longer runs", first.went)):
        yield from _windows(f"  {said} in a critical window:", events)
    yield from _wrapped(
        f"  runs outside of instrumentation_begin() and instrumentation_end(): {at.text}() ({at.span})"
        for at in first.unbracketed
    )


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


def _parting(subjects: Subjects, each: Parting) -> Iterator[str]:
    unless = f", unless {each.doubt}() does that, which is not known" if each.doubt else ""
    yield from _wrapped([f"  {subject(subjects)}, {interrupted(each.answers)}{unless}"])
    yield from parted(each.before, each.old, each.new, each.fork)


def as_json(arch: str, old: Side, new: Side, paths: Sequence[Compared]) -> str:
    """The same as data."""
    return f"{json.dumps(data(arch, old, new, paths), indent=2)}\n"


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
        "unbracketed": [at_data(at) for at in each.unbracketed],
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
        "doubt": parting.doubt,
    }


def _event_data(event: Event) -> dict[str, Any]:
    place = {"file": event.span.file, "line": event.span.line, "column": event.span.column}
    windows = sorted(window.name.lower() for window in event.windows)
    return {"name": event.word, **place, "function": event.function, "windows": windows, "doubt": event.doubt}


FORMS: Mapping[str, Callable[[str, Side, Side, Sequence[Compared]], str]] = MappingProxyType(
    {"text": text, "json": as_json, "html": html}
)
"""Each form by the name of its format."""
