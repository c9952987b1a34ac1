"""The review page: a series as one HTML file that needs nothing else, with what was proved and why each line changes.

What makes it safe is in gen.report.page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from markupsafe import Markup

from gen.csource.tokens import decoded
from gen.diagnostics.rule_book import all_rules
from gen.patch.edits import Why
from gen.patch.series import FileChange, Patch, Reason, Series
from gen.patch.side_by_side import Row, Side, Stretch, stretches
from gen.patch.words import message
from gen.report.page import proof_of, shown, standalone
from gen.report.shapes import clean
from gen.verify.judge import Judgement

RULE_OF: Mapping[str, str] = MappingProxyType(
    {why.value: "offstack-uses-exception-pair" for why in Why}
    | {
        Why.EXIT.value: "exception-exit-missing",
        "schedule_user() is not built with offstack": "offstack-uses-schedule-user",
        "what the spec claims, and the proof shows": "offstack-eligible",
        "it is selected now": "features-table-mismatch",
    }
)
"""The rule that a change is about, by the words of its reason."""


@dataclass(frozen=True)
class ReviewFacts:
    """How a series was made: the command, the spec's name, the tree's version, the proof, the checks that passed.

    `spec` may be empty. `rules` has the id of a rule by the words of a reason; a reason without one stands for itself.
    `share` says how much of the tree's entry code was read; with `unsure` the proof is of the spec alone.
    """

    command: str
    spec: str
    version: str
    judgement: Judgement | None = None
    checks: tuple[str, ...] = ()
    rules: Mapping[str, str] = field(default_factory=lambda: RULE_OF)
    share: str = ""
    unsure: bool = False


def page(series: Series, facts: ReviewFacts) -> str:
    """The page as HTML, to be written as UTF-8 with its line feeds as they are; the same arguments give the same."""
    known = all_rules()
    judgement = None if facts.unsure else facts.judgement
    patches = tuple(_patch(number, patch, facts.rules) for number, patch in enumerate(series.patches, 1))
    written = standalone(
        "review",
        title=clean(series.summary or series.name),
        series=series,
        facts=facts,
        patches=patches,
        proof=None if facts.judgement is None else proof_of(facts.judgement, facts.spec, unsure=facts.unsure),
        rules={each: known[each] for each in _named(patches, judgement) if each in known},
    )
    return written if facts.judgement is None else _beside_the_spec(written, facts.judgement, facts.spec)


def _beside_the_spec(written: str, judgement: Judgement, name: str) -> str:
    """The page with the spec under the name that it is written beside it: where it was read from is its author's."""
    files = dict.fromkeys(path.span.file for path in judgement.model.paths.values())
    for file in files if name else ():
        written = written.replace(f"{shown(file)}:", f"{shown(name)}:")
    return written


# Patches.


@dataclass(frozen=True)
class _Note:
    """A reason beside a hunk: the words, and where it holds as line and anchor."""

    why: str
    places: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class _Hunk:
    """A stretch as the page has it: what begins before its first change, its first and last line in each column, and
    the reasons for its changes with the ids of the rules that they are about.
    """

    anchor: str
    folded: bool
    heading: str
    before: tuple[int, int] | None
    after: tuple[int, int] | None
    rows: Markup
    notes: tuple[_Note, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True)
class _File:
    anchor: str
    change: FileChange
    hunks: tuple[_Hunk, ...]
    removed: int
    added: int


@dataclass(frozen=True)
class _Patch:
    anchor: str
    number: int
    patch: Patch
    message: str
    files: tuple[_File, ...]


def _patch(number: int, patch: Patch, rules: Mapping[str, str]) -> _Patch:
    anchor = f"patch-{number}"
    files = tuple(_file(f"{anchor}-file-{n}", change, rules) for n, change in enumerate(patch.changes, 1))
    return _Patch(anchor, number, patch, message(patch.body, patch.trailers), files)


def _file(anchor: str, change: FileChange, rules: Mapping[str, str]) -> _File:
    found = stretches(decoded(change.before or b""), decoded(change.after))
    changed = [row for stretch in found for row in stretch.rows if not row.same]
    beside = _beside(found, change.reasons)
    hunks = (
        _hunk(f"{anchor}-{number}", stretch, heading, beside.get(number, ()), rules)
        for number, (stretch, heading) in enumerate(zip(found, _headings(found), strict=True), 1)
    )
    return _File(
        anchor=anchor,
        change=change,
        hunks=tuple(hunks),
        removed=sum(row.before is not None for row in changed),
        added=sum(row.after is not None for row in changed),
    )


def _hunk(anchor: str, stretch: Stretch, heading: str, reasons: Iterable[Reason], rules: Mapping[str, str]) -> _Hunk:
    before = _extent(row.before for row in stretch.rows)
    places: dict[str, dict[int, str]] = {}
    for reason in sorted(reasons, key=lambda each: each.line):
        shown = before is not None and before[0] <= reason.line <= before[1]
        places.setdefault(reason.why, {})[reason.line] = f"{anchor}-{reason.line}" if shown else anchor
    anchors = {line: place for at in places.values() for line, place in at.items() if place != anchor}
    return _Hunk(
        anchor,
        stretch.folded,
        heading,
        before,
        after=_extent(row.after for row in stretch.rows),
        rows=Markup("\n").join(_row(row, anchors) for row in stretch.rows),
        notes=tuple(_Note(why, tuple(at.items())) for why, at in places.items()),
        rules=tuple(dict.fromkeys(rules[why] for why in places if why in rules)),
    )


def _extent(sides: Iterable[Side | None]) -> tuple[int, int] | None:
    """The first and the last number of a column; None if it is empty."""
    numbers = [side.number for side in sides if side]
    return (numbers[0], numbers[-1]) if numbers else None


def _beside(found: Sequence[Stretch], reasons: Iterable[Reason]) -> dict[int, list[Reason]]:
    """The reasons of each hunk, by its number from 1: a reason stands at the hunk that is nearest to its line."""
    extents = {
        number: _extent(row.before for row in stretch.rows) or (0, 0)
        for number, stretch in enumerate(found, 1)
        if not stretch.folded
    }
    beside: dict[int, list[Reason]] = {}
    for reason in reasons if extents else ():
        nearest = min(extents, key=lambda each: max(extents[each][0] - reason.line, reason.line - extents[each][1], 0))
        beside.setdefault(nearest, []).append(reason)
    return beside


_BEGINS = re.compile(r"(?!\w+:)[A-Za-z_$]")
"""A line that begins something, as hunk headers of git understand it; no label."""


def _headings(found: Iterable[Stretch]) -> Iterator[str]:
    """For each stretch the last line that begins something, up to its first change."""
    current = ""
    for stretch in found:
        heading = None
        for row in stretch.rows:
            line = next(side.text for side in (row.before, row.after) if side)
            if _BEGINS.match(line):
                current = line.strip()
            if heading is None and not row.same:
                heading = current
        yield current if heading is None else heading


def _row(row: Row, anchors: Mapping[int, str]) -> Markup:
    kind = "edit" if row.before and row.after else "gone" if row.before else "come"
    id_ = anchors.get(row.before.number) if row.before else None
    return Markup("<tr{}{}>{}{}</tr>").format(
        "" if row.same else Markup(' class="{}"').format(kind),
        Markup(' id="{}"').format(id_) if id_ else "",
        _cells(row.before, _WAS),
        _cells(row.after, _IS),
    )


_WAS, _IS = Markup("<del>{}</del>"), Markup("<ins>{}</ins>")


def _cells(side: Side | None, changed: Markup) -> Markup:
    """The number of a line and its text; both are empty where the column has no line."""
    if side is None:
        return Markup("<td></td><td></td>")
    texts = (changed.format(shown(piece.text)) if piece.changed else shown(piece.text) for piece in side.pieces)
    ending = Markup() if side.line_feed else Markup('<i class="open">no newline at end of file</i>')
    return Markup("<td>{}</td><td>{}{}</td>").format(side.number, Markup().join(texts), ending)


def _named(patches: Iterable[_Patch], judgement: Judgement | None) -> dict[str, None]:
    """The ids of the rules that the page names, in their order."""
    broken = judgement.violations if judgement else ()
    hunks = (hunk for patch in patches for file in patch.files for hunk in file.hunks)
    return dict.fromkeys([*(each.broken.rule for each in broken), *(each for hunk in hunks for each in hunk.rules)])
