"""A judgement as text for a terminal, and as data for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gen.verify.judge import WEAKER_CONDITION, Judgement, Place, Verdict, Violation
from gen.verify.properties import Property
from gen.verify.story import PRINTED, Line, lines, property_class, raw_lines, window_of
from gen.verify.timeline import timeline

if TYPE_CHECKING:
    from gen.verify.policies import Replayed, Window
    from gen.verify.raw import RawAnswer

_WHAT_WIDTH = 46


def told(judgement: Judgement, *, timelines: bool = True, source: str = "as the spec has them") -> Iterator[str]:
    """The lines that `gen verify` prints for one architecture, whose entry paths come from a `source`."""
    model = judgement.model
    claim = "offstack claimed" if model.offstack else "offstack not claimed"
    answer = "holds for every nesting depth and any number of tasks and CPUs" if judgement.holds else "violated"
    yield f"{model.arch}, {claim}: {answer}"
    if judgement.proof.holds:
        yield f"  {len(model.paths)} entry paths {source}, {judgement.proof.facts} facts closed"
    yield from _requirements(judgement)
    for violation in judgement.violations:
        yield from _violation(violation, timelines)


def proved_sentences(judgement: Judgement) -> Iterator[str]:
    """What `gen render` and `gen check` say of a proof, in a line or two."""
    for_all = "every nesting depth, any number of tasks and CPUs"
    if not judgement.proof.holds:
        yield f"  as it is  breaks {len(judgement.violations)} properties: gen verify {judgement.model.arch} shows how"
        return
    yield f"  proved    {len(Property)} properties, for {for_all}"
    if judgement.requirements:
        answers = ", ".join(f"{each.name} {each.answer.value}" for each in judgement.requirements)
        yield f"  proved    offstack: {answers}"


def _requirements(judgement: Judgement) -> Iterator[str]:
    if not judgement.requirements:
        return
    yield "  requirements of HAVE_CONTEXT_TRACKING_USER_OFFSTACK (arch/Kconfig)"
    for each in judgement.requirements:
        yield f"    {each.name}  {each.answer.value}: {each.title}"
        yield f"        {each.why}"
    weaker = "cannot tell" if judgement.weak is Verdict.UNKNOWN else judgement.weak.value
    yield f"  condition of commit {WEAKER_CONDITION} (whatever fires in a window is NMI-like): {weaker}"


def _violation(violation: Violation, timelines: bool) -> Iterator[str]:
    yield ""
    notes = _notes(violation)
    yield f"  {violation.broken.rule}: {notes[0]}"
    yield from (f"  {note}" for note in notes[1:])
    if len(violation.places) > 1:
        yield f"  any of {len(violation.places)} places can be the first to break it:"
        yield from (f"    {place.span} {place.what}" for place in violation.places)
    if not violation.rows:
        yield "  no run was found within the bound of the search"
    elif timelines:
        yield from table(lines(violation))


def table(rows: list[Line]) -> Iterator[str]:
    """A timeline as a table of fixed width: one line a row, the columns of each CPU side by side."""
    several = len(rows[0].cpus) > 1
    widths = [max(len(row.cpus[cpu].frames) for row in rows) for cpu in range(len(rows[0].cpus))]
    heads = [
        _cells(f"frames on cpu{cpu}" if several else "frames", "pt_regs", "state", "rcu", width)
        for cpu, width in enumerate(widths)
    ]
    yield f"  {'':>4}  {'what the CPU does':{_WHAT_WIDTH}}  {'  '.join(heads)}".rstrip()
    for row in rows:
        text = f"cpu{row.cpu} {row.what}" if several and row.number else row.what
        what = text if len(text) <= _WHAT_WIDTH else text[: _WHAT_WIDTH - 3] + "..."
        cells = [
            _cells(each.frames, each.pt_regs, each.state, each.rcu, width)
            for each, width in zip(row.cpus, widths, strict=True)
        ]
        place = f"{row.span} {row.symbol}" if row.span else ""
        yield f"  {row.number:4}  {what:{_WHAT_WIDTH}}  {'  '.join(cells)}  {place}  {row.mark}".rstrip()


def _cells(frames: str, pt_regs: str, state: str, rcu: str, width: int) -> str:
    return f"{frames:{max(width, 14)}}  {pt_regs:7}  {state:6}  {rcu:3}"


def as_data(judgement: Judgement, seconds: float) -> dict[str, Any]:
    """The judgement for `--format json`; `seconds` is the CPU time that it took."""
    by_property = {each.broken: each for each in judgement.violations}
    number = len(judgement.model.paths)
    return {
        "arch": judgement.model.arch,
        "offstack": judgement.model.offstack,
        "verdict": "holds" if judgement.holds else "violated",
        # A spec is judged, and no tree is read.
        "read": {"paths": number, "c": 0, "assembly": 0, "declared": number, "assumed": 0},
        "properties": [_property(each, by_property.get(each)) for each in Property],
        "requirements": [
            {
                "requirement": each.name,
                "title": each.title,
                "answer": each.answer.value,
                "why": each.why,
                "places": [_place(place) for place in each.places],
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
        "places": [_place(place) for place in violation.places] if violation else [],
        "timeline": [_row(row) for row in lines(violation)] if violation else [],
    }


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.span.file, "line": place.span.line, "column": place.span.column, "what": place.what}


def _row(row: Line) -> dict[str, Any]:
    return {
        "step": row.number,
        "cpu": row.cpu,
        "what": row.what,
        "cpus": [
            {"frames": cpu.frames.split(" > "), "pt_regs": cpu.pt_regs, "state": cpu.state, "rcu": cpu.rcu}
            for cpu in row.cpus
        ],
        "file": row.span.file if row.span else "",
        "line": row.span.line if row.span else 0,
        "symbol": row.symbol,
        "mark": row.mark,
    }


# Pictures.


def pictures(judgement: Judgement) -> Iterator[tuple[str, str]]:
    """A name and an SVG for each violation that has a run."""
    from gen.report.svg import picture

    model = judgement.model
    claim = "offstack claimed" if model.offstack else "offstack not claimed"
    for violation in judgement.violations:
        if violation.rows:
            title = f"{model.arch}, {claim}: {violation.broken.rule}"
            yield f"{model.arch}-{violation.broken.rule}.svg", picture(lines(violation), title, _notes(violation))


def _notes(violation: Violation) -> list[str]:
    notes = [property_class(violation.broken), f"the kernel prints: {PRINTED[violation.broken]}"]
    window = window_of(violation)
    if window is not None:
        which, below, hit = window
        notes.append(f"critical window: {hit.name} hits {below.symbol} ({below.file}) {which.value}")
    return notes


def raw_picture(answer: RawAnswer) -> tuple[str, str]:
    """The same for a raw model that does not hold."""
    from gen.report.svg import picture

    name = answer.configuration.name or "model"
    broken = answer.first_broken[0]
    safe = "".join(char if char.isalnum() or char in "-_" else "-" for char in name)
    return f"{safe}.svg", picture(raw_lines(answer.rows, broken), f"{name}: {answer.configuration.claim}")


# The lesson.


def policy_told(policy: str, windows: frozenset[Window], nmi: str, replayed: Replayed) -> Iterator[str]:
    """The lines that `gen verify --policy` prints."""
    from gen.verify.lesson import verdict_line
    from gen.verify.policies import Window

    opened = ", ".join(window.value for window in Window if window in windows) or "every window closed"
    yield f"{policy}: {opened}; NMI: {nmi}"
    yield f"  {verdict_line(replayed).replace('**', '')}"
    if replayed.run is not None:
        rows = timeline(replayed.run)
        yield from table(raw_lines(rows, sorted(replayed.run.broken, key=lambda each: each.value)))


def policy_as_data(policy: str, replayed: Replayed) -> dict[str, Any]:
    """The same for `--format json`, in the words of the raw notation."""
    run = replayed.run
    broken = sorted(run.broken, key=lambda each: each.value) if run else []
    rows = timeline(run) if run else ()
    return {
        "id": policy,
        "verdict": "holds" if replayed.holds else "violated",
        "any_depth": "holds" if replayed.holds else "violated",
        "shortest": len(run.moves) if run else None,
        "tasks": run.tasks if run else None,
        "cpus": run.cpus if run else None,
        "depth": run.depth if run else None,
        "first_broken": ["+".join(each.value for each in broken)] if broken else None,
        "rcu_safe": replayed.rcu_safe,
        "timeline": [_row(row) for row in raw_lines(rows, broken)],
    }


# Raw models.


def raw_told(answer: RawAnswer) -> Iterator[str]:
    """The lines that `gen verify --model` prints for one configuration."""
    asked = answer.configuration
    system = f"{asked.tasks} tasks, {asked.cpus} CPUs, depth {asked.depth}"
    if answer.holds:
        yield f"{asked.name}: holds ({system}; {answer.states} states)"
    elif answer.shortest is None:
        yield f"{asked.name}: cannot tell: nothing is violated in the first {answer.states} states ({system})"
    else:
        broken = ", ".join("+".join(each.value for each in together) for together in answer.first_broken)
        yield f"{asked.name}: violated in {answer.shortest} steps: {broken} ({answer.property_class}; {system})"
    for_all = "holds" if answer.proof.holds else f"violated from depth {answer.proof.smallest_depth} on"
    yield f"  every depth, any number of tasks and CPUs: {for_all}"
    if answer.rows:
        yield from table(raw_lines(answer.rows, answer.first_broken[0]))


def raw_as_data(answer: RawAnswer) -> dict[str, Any]:
    """One answer for `--format json`, in the words of the notation."""
    proof = answer.proof
    broken = ["+".join(each.value for each in together) for together in answer.first_broken]
    return {
        "id": answer.configuration.name,
        "claim": answer.configuration.claim,
        "verdict": answer.verdict,
        "any_depth": "holds" if proof.holds else "violated",
        "smallest_violating_depth": proof.smallest_depth,
        "shortest": answer.shortest,
        "first_broken": broken or None,
        "class": answer.property_class,
        "rcu_safety_any_depth": "holds" if answer.safe else "violated",
        "states": answer.states,
        "transitions": answer.transitions,
        "timeline": [_row(row) for row in raw_lines(answer.rows, next(iter(answer.first_broken), ()))],
    }
