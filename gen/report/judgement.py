"""A judgement as text for a terminal, and as data for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gen.verify.judge import WEAKER_CONDITION, Judgement, Violation
from gen.verify.properties import Property
from gen.verify.story import PRINTED, Line, lines, property_class, window_of

_WHAT_WIDTH = 46


def told(judgement: Judgement, *, timelines: bool = True) -> Iterator[str]:
    """The lines that `gen verify` prints for one architecture."""
    model = judgement.model
    claim = "offstack claimed" if model.offstack else "offstack not claimed"
    answer = "holds for every nesting depth and any number of tasks and CPUs" if judgement.holds else "violated"
    yield f"{model.arch}, {claim}: {answer}"
    if judgement.proof.holds:
        yield f"  {len(model.paths)} entry paths, {judgement.proof.facts} facts closed"
    yield from _requirements(judgement)
    for violation in judgement.violations:
        yield from _violation(violation, timelines)


def _requirements(judgement: Judgement) -> Iterator[str]:
    if not judgement.requirements:
        return
    yield "  requirements of HAVE_CONTEXT_TRACKING_USER_OFFSTACK (arch/Kconfig)"
    for each in judgement.requirements:
        yield f"    {each.name}  {each.answer.value}: {each.title}"
        yield f"        {each.why}"
    weaker = "holds" if judgement.proof.holds else "violated"
    yield f"  condition of commit {WEAKER_CONDITION} (whatever fires in a window is NMI-like): {weaker}"


def _violation(violation: Violation, timelines: bool) -> Iterator[str]:
    yield ""
    yield f"  {violation.broken.rule}: {property_class(violation.broken)}"
    yield f"  the kernel prints: {PRINTED[violation.broken]}"
    window = window_of(violation)
    if window is not None:
        which, below, hit = window
        yield f"  critical window: {hit.name} {which.value}, in {below.symbol} ({below.file})"
    if not violation.rows:
        yield "  no run was found within the bound of the search"
    elif timelines:
        yield from table(lines(violation))


def table(rows: list[Line]) -> Iterator[str]:
    """A timeline as a table of fixed width, one line a row."""
    frames = max(len(row.frames) for row in rows)
    head = ("", "what the CPU does", "frames", "pt_regs", "state", "rcu")
    yield f"  {head[0]:>4}  {head[1]:{_WHAT_WIDTH}}  {head[2]:{frames}}  {head[3]:7}  {head[4]:6}  {head[5]:3}"
    for row in rows:
        what = row.what if len(row.what) <= _WHAT_WIDTH else row.what[: _WHAT_WIDTH - 3] + "..."
        place = f"{row.span}" if row.span else ""
        symbol = f" {row.symbol}" if row.symbol else ""
        says = f"{row.pt_regs:7}  {row.state:6}  {row.rcu:3}"
        line = f"  {row.number:4}  {what:{_WHAT_WIDTH}}  {row.frames:{frames}}  {says}"
        yield f"{line}  {place}{symbol}  {row.mark}".rstrip()


def as_data(judgement: Judgement, seconds: float) -> dict[str, Any]:
    """The judgement for `--format json`; `seconds` is the CPU time that it took."""
    by_property = {each.broken: each for each in judgement.violations}
    return {
        "arch": judgement.model.arch,
        "offstack": judgement.model.offstack,
        "verdict": "holds" if judgement.holds else "violated",
        "properties": [_property(each, by_property.get(each)) for each in Property],
        "requirements": [
            {
                "requirement": each.name,
                "title": each.title,
                "answer": each.answer.value,
                "why": each.why,
                "places": [
                    {"file": place.span.file, "line": place.span.line, "column": place.span.column, "what": place.what}
                    for place in each.places
                ],
            }
            for each in judgement.requirements
        ],
        "weaker_condition": {
            "commit": WEAKER_CONDITION,
            "verdict": "holds" if judgement.proof.holds else "violated",
        },
        "states": judgement.proof.facts,
        "seconds": round(seconds, 4),
    }


def _property(each: Property, violation: Violation | None) -> dict[str, Any]:
    return {
        "rule": each.rule,
        "property": each.value,
        "verdict": "violated" if violation else "holds",
        "class": property_class(each).partition(":")[0],
        "timeline": [_row(row) for row in lines(violation)] if violation else [],
    }


def _row(row: Line) -> dict[str, Any]:
    return {
        "step": row.number,
        "what": row.what,
        "frames": row.frames.split(" > "),
        "pt_regs": row.pt_regs,
        "state": row.state,
        "rcu": row.rcu,
        "file": row.span.file if row.span else "",
        "line": row.span.line if row.span else 0,
        "symbol": row.symbol,
        "mark": row.mark,
    }
