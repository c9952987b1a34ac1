"""A counterexample as a picture: time runs down, each CPU is a lane, frames are blocks within blocks.

Beside the frames of a CPU stand what pt_regs says, what the state says and whether RCU watches, so that a row where
the first two disagree is seen without reading. The picture is for mails and pages: no script, style sheet, id or
foreign file, ASCII only, its own background, and every text fits its place in any monospaced font.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TypeVar

from gen.report.shapes import (
    ADVANCE,
    TEXT_SIZE,
    box,
    cell_count,
    clean,
    escaped,
    hatched,
    label,
    number,
    polyline,
    segment,
    shortened,
    tag,
    text_width,
    wrapped,
)
from gen.verify.properties import Property
from gen.verify.story import CpuText, Line

T = TypeVar("T", bound=Hashable)

FONT = "DejaVu Sans Mono, Liberation Mono, Menlo, Consolas, monospace"
_SMALL, _TITLE = 11, 15
_LINE = 15
"""Height of a line of text in a row."""

_MARGIN, _GAP, _PAD = 16, 22, 5
_HEADS = 46
"""Height of the names of lanes and bands."""
_WHAT_CELLS = (44, 56)
"""The fewest and the most characters of a line of step text."""
_NAME_CELLS = 28
_INDENT = 16
"""How far a frame stands inside the one that it interrupted, on the left; a quarter of it on the right."""
_BANDS = (("pt_regs", 62), ("state", 62), ("rcu", 46))
_GUTTER = 20
"""Between the bands of pt_regs and of the state, for the sign that they differ."""
_REPEAT = 6
"""After so many rows of a band its value is written again."""

_INK, _FAINT, _RULE = "#1b1f24", "#57606a", "#d0d7de"
_USER, _USER_LINES, _KERNEL = "#fff4e0", "#d99a3d", "#2f4a6b"
_WATCHING, _PAPER = "#cfe8d8", "#ffffff"
_PART, _PART_BACK = "#7a5900", "#fff6cc"
_BREAK, _BREAK_BACK = "#a40e26", "#ffe4e1"
_FRAMES = ("#f6f8fa", "#e7ecf1", "#d8e0e8", "#c9d4df")

_STYLE: dict[str, str | float] = {
    "font_family": FONT,
    "font_size": TEXT_SIZE,
    "font_style": "normal",
    "font_weight": "normal",
    "letter_spacing": "normal",
    "word_spacing": "normal",
    "text_anchor": "start",
    "direction": "ltr",
    "fill": _INK,
    "style": f"background:{_PAPER};color-scheme:light;text-transform:none",
}
"""Everything that a page around the picture would hand down otherwise."""

_COMES_IN = re.compile(r"task (\d+) comes in on cpu")
_RULES = frozenset(each.rule for each in Property)


def picture(lines: Sequence[Line], title: str, notes: Sequence[str] = ()) -> str:
    """The run as an SVG document that ends in a newline; the same arguments give the same bytes.

    `notes` are shown under the title, a line each. Raises ValueError if there are no lines.
    """
    if not lines:
        raise ValueError("a picture needs at least one row")
    plan = _planned(lines, title, notes)
    body = [
        tag("title", escaped(title)),
        tag("desc", escaped(_described(plan.rows))),
        box(0, 0, plan.width, plan.height, _PAPER),
        *_header(plan),
        *_heads(plan),
        *(part for row in plan.rows for part in _row_ground(plan, row)),
        *(part for lane in plan.lanes for part in _lane(plan, lane)),
        *(_way(plan, *journey) for journey in _journeys(plan.tasks)),
        *(_row(plan, row) for row in plan.rows),
        *_legend(plan),
    ]
    drawn = tag(
        "svg",
        "\n" + "\n".join(body) + "\n",
        xmlns="http://www.w3.org/2000/svg",
        width=plan.width,
        height=plan.height,
        viewBox=f"0 0 {number(plan.width)} {number(plan.height)}",
        role="img",
        **_STYLE,
    )
    return drawn.encode("ascii", "xmlcharrefreplace").decode("ascii") + "\n"


# What is where.


@dataclass(frozen=True)
class _Row:
    """A row and where it is; `notes` stand under its text, `parts` is whether pt_regs and the state first part here."""

    line: Line
    what: tuple[str, ...]
    place: str
    notes: tuple[str, ...]
    parts: bool
    breaks: bool
    top: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> float:
        """The middle of its first line of text."""
        return self.top + _LINE - 4

    @property
    def marked(self) -> bool:
        return bool(self.notes)


@dataclass(frozen=True)
class _Lane:
    """A CPU and where its frames are; the bands follow to the right."""

    cpu: int
    left: float
    frames: float
    indent: float

    @property
    def bands(self) -> tuple[tuple[str, float, float], ...]:
        """Name, left edge and width of each band."""
        (regs, regs_width), (state, state_width), (rcu, rcu_width) = _BANDS
        left = self.left + self.frames + _PAD
        state_left = left + regs_width + _GUTTER
        return (
            (regs, left, regs_width),
            (state, state_left, state_width),
            (rcu, state_left + state_width + 2, rcu_width),
        )

    @property
    def right(self) -> float:
        _, left, width = self.bands[-1]
        return left + width


@dataclass(frozen=True)
class _Plan:
    """Where everything is, in pixels; `tasks` has who runs on each CPU in each row."""

    title: tuple[str, ...]
    notes: tuple[str, ...]
    head: float
    rows: tuple[_Row, ...]
    lanes: tuple[_Lane, ...]
    tasks: tuple[tuple[int | None, ...], ...]
    what_left: float
    legend: tuple[tuple[_LegendItem, float, float], ...]
    width: float
    height: float

    @property
    def several(self) -> bool:
        return len(self.lanes) > 1

    @property
    def switches(self) -> bool:
        """Whether it must be said which task runs where."""
        return any(each != self.tasks[0] for each in self.tasks) or self.several


def _planned(lines: Sequence[Line], title: str, notes: Sequence[str]) -> _Plan:
    cells = min(max(_WHAT_CELLS[0], *(_wanted_cells(line) for line in lines)), _WHAT_CELLS[1])
    tasks = _tasks(lines)
    what_left = _MARGIN + max(text_width(_count(line), TEXT_SIZE) for line in lines) + 2 * _PAD
    lanes = _lanes(lines, what_left + cells * TEXT_SIZE * ADVANCE + 2 * _PAD + _GAP)
    width = round(lanes[-1].right + _MARGIN)
    title_cells = int((width - 2 * _MARGIN) / (_TITLE * ADVANCE))
    titles = wrapped(title, title_cells, 2)
    note_cells = int((width - 2 * _MARGIN) / (TEXT_SIZE * ADVANCE))
    said = tuple(text for note in notes for text in wrapped(note, note_cells, 3))
    head = _MARGIN + 20 * len(titles) + 17 * len(said) + 8
    rows = _rows(lines, cells, head + _HEADS)
    legend = tuple(_flowed(_legend_items(rows, tasks), width, rows[-1].bottom + 22))
    height = round(legend[-1][2] + 18 + _MARGIN / 2)
    return _Plan(titles, said, head, rows, lanes, tasks, what_left, legend, width, height)


def _wanted_cells(line: Line) -> int:
    return max(map(cell_count, (_what(line), _place(line, _WHAT_CELLS[1]), *_notes(line, parts=False))))


def _lanes(lines: Sequence[Line], left: float) -> tuple[_Lane, ...]:
    lanes: list[_Lane] = []
    for cpu in range(len(lines[0].cpus)):
        stacks = {_stack(line.cpus[cpu]) for line in lines}
        deepest = max(map(len, stacks))
        indent = min(_INDENT, 160 / deepest)
        named = ((depth, cell_count(clean(name))) for stack in stacks for depth, name in enumerate(stack))
        widest = max(depth * indent * 1.25 + min(cells + 3, _NAME_CELLS) * _SMALL * ADVANCE for depth, cells in named)
        lanes.append(_Lane(cpu, left, max(widest + 2 * _PAD, 110), indent))
        left = lanes[-1].right + _GAP
    return tuple(lanes)


def _rows(lines: Sequence[Line], cells: int, top: float) -> tuple[_Row, ...]:
    made: list[_Row] = []
    parted = False
    for line in lines:
        parts = not parted and _disagrees(line.cpus[line.cpu])
        parted = parted or parts
        what = wrapped(_what(line), cells, 2)
        notes = tuple(text for note in _notes(line, parts=parts) for text in wrapped(note, cells, 3))
        place = _place(line, cells)
        height = 6 + _LINE * (len(what) + bool(place)) + (17 * len(notes) + 4 if notes else 0)
        made.append(_Row(line, what, place, notes, parts, _breaks(line), top, height))
        top += height
    return tuple(made)


# What a line says.


def _stack(cpu: CpuText) -> tuple[str, ...]:
    return tuple(cpu.frames.split(" > "))


def _disagrees(cpu: CpuText) -> bool:
    """As in `gen.verify.story`: the state says USER where pt_regs says kernel, or KERNEL in user mode."""
    return (cpu.pt_regs, cpu.state) == ("kernel", "USER") or (cpu.frames, cpu.state) == ("user", "KERNEL")


def _marks(line: Line) -> str:
    return line.mark.removeprefix("<- ")


def _breaks(line: Line) -> bool:
    return bool(line.mark) and set(_marks(line).split(", ")) <= _RULES


def _notes(line: Line, *, parts: bool) -> tuple[str, ...]:
    """The mark of a row, and what disagrees where that is the first time."""
    cpu = line.cpus[line.cpu]
    said = "user mode" if cpu.pt_regs == "-" else cpu.pt_regs
    made = [f"BREAKS {_marks(line)}" if _breaks(line) else _marks(line)] if line.mark else []
    if parts and made and not _breaks(line):
        return (f"{made[0]}: {said}, {cpu.state}",)
    return (*made, f"first disagreement: {said}, {cpu.state}") if parts else tuple(made)


def _count(line: Line) -> str:
    """The number of a row and, if there are several CPUs, which one moved."""
    return f"{line.number} cpu{line.cpu}" if len(line.cpus) > 1 and line.number else f"{line.number}"


def _what(line: Line) -> str:
    return clean(line.what)


def _place(line: Line, cells: int) -> str:
    """Symbol and spec line; of a long file name the end is kept."""
    symbol = shortened(clean(line.symbol), cells // 2)
    if line.span is None:
        return symbol
    place = clean(f"{line.span.file}:{line.span.line}")
    place = shortened(place[::-1], cells - cell_count(symbol) - 3)[::-1]
    return f"{symbol} ({place})" if symbol else place


def _told(line: Line) -> str:
    """All of a row as one text, for its tooltip."""
    place = f"{line.span} {line.symbol}".strip() if line.span else line.symbol
    states = (
        f"cpu{number}: {cpu.frames}, pt_regs {cpu.pt_regs}, state {cpu.state}, RCU {cpu.rcu}"
        for number, cpu in enumerate(line.cpus)
    )
    return "; ".join(filter(None, (f"{line.number}: {line.what}", place, *states, _marks(line))))


def _described(rows: Sequence[_Row]) -> str:
    cpus = len(rows[0].line.cpus)
    said = [f"{len(rows) - 1} steps on {cpus} CPU{'s' * (cpus > 1)}"]
    said += [f"step {row.line.number}: {note}" for row in rows for note in _notes(row.line, parts=row.parts)]
    return "; ".join(said)


def _tasks(lines: Sequence[Line]) -> tuple[tuple[int | None, ...], ...]:
    """Who runs on each CPU in each row: task i starts on CPU i, and a row says who comes in."""
    running: list[int | None] = [None if cpu.frames == "idle" else i for i, cpu in enumerate(lines[0].cpus)]
    made = []
    for line in lines:
        coming = _COMES_IN.match(line.what)
        if coming:
            running[line.cpu] = int(coming[1])
        running = [None if cpu.frames == "idle" else task for cpu, task in zip(line.cpus, running, strict=True)]
        made.append(tuple(running))
    return tuple(made)


def _unequal(x: float, y: float) -> str:
    """A sign that two things differ, 9 pixels wide around a point."""
    strokes = segment(x - 4.5, y - 2, x + 4.5, y - 2) + segment(x - 4.5, y + 2, x + 4.5, y + 2)
    sign = polyline(strokes + segment(x - 2.5, y + 5, x + 2.5, y - 5), _BREAK, 1.6)
    return tag("circle", cx=x, cy=y, r=8, fill=_PAPER, stroke=_BREAK, stroke_width=1.2) + sign


def _pointer(x: float, y: float) -> str:
    """A triangle that points to the right; its tip is at a point."""
    return tag("path", d=f"M{number(x - 8)} {number(y - 5)}l8 5l-8 5z", fill=_INK)


def _runs(values: Sequence[T]) -> Iterator[tuple[int, int, T]]:
    """The stretches of equal values: first index, last index, value."""
    for value, group in groupby(range(len(values)), key=values.__getitem__):
        indices = list(group)
        yield indices[0], indices[-1], value


# The parts of the picture, from top to bottom.


def _header(plan: _Plan) -> Iterator[str]:
    y: float = _MARGIN
    for text in plan.title:
        y += 20
        yield label(_MARGIN, y - 5, text, font_size=_TITLE, font_weight="bold")
    for text in plan.notes:
        y += 17
        yield label(_MARGIN, y - 3, text, fill=_FAINT)


def _heads(plan: _Plan) -> Iterator[str]:
    y = plan.head + _HEADS - 8
    yield label(plan.what_left, y, "what the CPU does", font_size=_SMALL, fill=_FAINT)
    for lane in plan.lanes:
        name = f"cpu{lane.cpu}"
        yield label(lane.left, y - 19, name, font_weight="bold")
        yield polyline(segment(lane.left + text_width(name, TEXT_SIZE) + 7, y - 23, lane.right, y - 23), _RULE, 1)
        yield label(lane.left, y, "frames", font_size=_SMALL, fill=_FAINT)
        for band, left, width in lane.bands:
            shown = band.upper() if band == "rcu" else band
            yield label(left + width / 2, y, shown, font_size=_SMALL, fill=_FAINT, text_anchor="middle")


def _row_ground(plan: _Plan, row: _Row) -> Iterator[str]:
    """What lies under a row: a rule above it, and a colour if it is marked."""
    left, width = _MARGIN / 2, plan.width - _MARGIN
    if row.marked:
        yield box(left, row.top, width, row.height, _BREAK_BACK if row.breaks else _PART_BACK)
    yield polyline(segment(left, row.top, left + width, row.top), _RULE, 1)


def _row(plan: _Plan, row: _Row) -> str:
    """The text of a row, its frame if it is marked, and its tooltip."""
    y = row.top + _LINE
    parts = [tag("title", escaped(_told(row.line))), box(0, row.top, plan.width, row.height, "none")]
    parts.append(label(_MARGIN, y, _count(row.line), fill=_FAINT))
    for text in row.what:
        parts.append(label(plan.what_left, y, text, font_weight="bold" if row.breaks else "normal"))
        y += _LINE
    if row.place:
        parts.append(label(plan.what_left, y - 1, row.place, font_size=_SMALL, fill=_FAINT))
        y += _LINE
    parts += _badges(plan, row, y - 10)
    parts += _signs(plan, row)
    if row.marked:
        parts.append(_outline(_MARGIN / 2, row.top, plan.width - _MARGIN, row.height, row.breaks))
    return tag("g", "".join(parts), data_step=row.line.number, pointer_events="all")


def _badges(plan: _Plan, row: _Row, y: float) -> Iterator[str]:
    for text in row.notes:
        width = text_width(text, TEXT_SIZE) + 2 * _PAD
        yield box(plan.what_left - _PAD, y, width, 16, _BREAK if row.breaks else _PART, rx=2)
        yield label(plan.what_left, y + 12, text, fill=_PAPER, font_weight="bold")
        y += 17


def _outline(x: float, y: float, width: float, height: float, breaks: bool) -> str:
    """Solid where a property breaks, dashed where pt_regs and the state part."""
    if breaks:
        return box(x, y, width, height, "none", stroke=_BREAK, stroke_width=2.5)
    return box(x, y, width, height, "none", stroke=_PART, stroke_width=1.5, stroke_dasharray="6 3")


def _signs(plan: _Plan, row: _Row) -> Iterator[str]:
    """Who moved, if there are several CPUs, and a sign on every CPU whose pt_regs and state say different things."""
    for lane, cpu in zip(plan.lanes, row.line.cpus, strict=True):
        if plan.several and row.line.number and lane.cpu == row.line.cpu:
            yield _pointer(lane.left - 3, row.middle)
        if _disagrees(cpu):
            yield _unequal(lane.bands[1][1] - _GUTTER / 2, row.middle)


# Lanes.


def _lane(plan: _Plan, lane: _Lane) -> Iterator[str]:
    yield from _blocks(plan, lane)
    texts = [row.line.cpus[lane.cpu] for row in plan.rows]
    for name, left, width in lane.bands:
        for first, last, value in _runs([getattr(text, name) for text in texts]):
            yield from _band(plan.rows[first : last + 1], left, width, value)


def _band(rows: Sequence[_Row], left: float, width: float, value: str) -> Iterator[str]:
    """A stretch of one value. The value is written at its start, where a row is marked, and from time to time."""
    top, height = rows[0].top, rows[-1].bottom - rows[0].top
    yield from _swatch(left + 1, top, width - 2, height, value)
    for index, row in enumerate(rows):
        if index % _REPEAT == 0 or row.marked:
            yield _band_text(left + width / 2, row.middle, value)


def _swatch(x: float, y: float, width: float, height: float, value: str) -> Iterator[str]:
    """What stands for a value: hatched is user mode, solid is kernel mode, green is RCU watching, dashed is not."""
    match value.lower():
        case "user":
            yield box(x, y, width, height, _USER, stroke=_USER_LINES)
            yield polyline(hatched(x, y, width, height), _USER_LINES, 1)
        case "kernel":
            yield box(x, y, width, height, _KERNEL, stroke=_INK)
        case "on":
            yield box(x, y, width, height, _WATCHING, stroke="#3f7d5a")
        case "off":
            yield box(x + 1, y + 1, width - 2, height - 2, _PAPER, stroke=_FAINT, stroke_dasharray="3 3")
        case _:
            yield box(x, y, width, height, _PAPER, stroke=_RULE)


def _band_text(x: float, y: float, value: str) -> str:
    """A value in the middle of its band; on hatching it gets a plate."""
    plate = ""
    if value.lower() == "user":
        width = text_width(value, _SMALL) + 6
        plate = box(x - width / 2, y - 8, width, 16, _USER, rx=2)
    fill = _PAPER if value.lower() == "kernel" else _INK
    return plate + label(x, y + 4, value, font_size=_SMALL, text_anchor="middle", fill=fill, font_weight="bold")


# Frames.


def _blocks(plan: _Plan, lane: _Lane) -> Iterator[str]:
    """The frames of a CPU as blocks, the inner ones on top of the outer ones."""
    stacks = [_stack(row.line.cpus[lane.cpu]) for row in plan.rows]
    for depth in range(max(map(len, stacks))):
        for first, last, below in _runs([stack[: depth + 1] if len(stack) > depth else () for stack in stacks]):
            if below:
                yield from _block(plan, lane, depth, (first, last), stacks)


def _block(
    plan: _Plan, lane: _Lane, depth: int, stretch: tuple[int, int], stacks: Sequence[tuple[str, ...]]
) -> Iterator[str]:
    """One frame from its entry to its return, named wherever it begins to be the innermost one."""
    first, last = stretch
    rows = plan.rows[first : last + 1]
    inset = depth * lane.indent
    x, width = lane.left + inset, lane.frames - inset * 1.25
    y, height = rows[0].top + 1.5, rows[-1].bottom - rows[0].top - 3
    name = _block_name(plan, lane, depth, first, stacks[first][depth])
    if depth == 0 and name == "idle":
        yield box(x, y, width, height, _PAPER, stroke=_FAINT, stroke_dasharray="3 3")
    else:
        yield box(x, y, width, height, _FRAMES[min(depth, len(_FRAMES) - 1)], stroke=_FAINT)
    starts = [start for start, _, top in _runs([len(stack) == depth + 1 for stack in stacks[first : last + 1]]) if top]
    shown = shortened(name, int((width - 2 * _PAD) / (_SMALL * ADVANCE)))
    for start in starts:
        yield label(x + _PAD, rows[start].top + _LINE, shown, font_size=_SMALL, font_weight="bold")
    if not starts:
        yield _upright(x, y, min(lane.indent, width), height, name)


def _block_name(plan: _Plan, lane: _Lane, depth: int, first: int, name: str) -> str:
    task = plan.tasks[first][lane.cpu]
    prefix = f"t{task} " if depth == 0 and plan.switches and task is not None else ""
    return prefix + shortened(clean(name), _NAME_CELLS - len(prefix))


def _upright(x: float, y: float, width: float, height: float, name: str) -> str:
    """The name of a frame that is never the innermost one, written along its left edge; nothing if there is no room."""
    shown = shortened(name, int((height - 2 * _PAD) / (_SMALL * ADVANCE)))
    if width < _SMALL or shown in {"", "..."}:
        return ""
    turn = f"rotate(90 {number(x + 4)} {number(y + _PAD)})"
    return label(x + 4, y + _PAD, shown, font_size=_SMALL, font_weight="bold", transform=turn)


def _journeys(tasks: Sequence[Sequence[int | None]]) -> Iterator[tuple[int, int, int, int]]:
    """Every task that is switched out and comes in again: CPU and row where it left, CPU and row where it comes in."""
    gone: dict[int, tuple[int, int]] = {}
    for index, (before, after) in enumerate(pairwise(tasks), 1):
        for cpu, (was, is_now) in enumerate(zip(before, after, strict=True)):
            if was is not None and is_now is None:
                gone[was] = cpu, index
            if was is None and is_now is not None and is_now in gone:
                yield *gone.pop(is_now), cpu, index


def _way(plan: _Plan, cpu: int, out: int, to: int, back: int) -> str:
    """A line from where a task is switched out to where it comes in again."""
    source, target = plan.lanes[cpu], plan.lanes[to]
    x, y = source.left + source.frames - 14, plan.rows[out].top
    end_x, end_y = target.left - 11, plan.rows[back].middle
    turn_y = plan.rows[back].top
    points = [(x, y), (x, turn_y), (end_x - 5, turn_y), (end_x - 5, end_y), (end_x, end_y)]
    d = "M" + "L".join(f"{number(one)} {number(other)}" for one, other in points)
    way = polyline(d, _PAPER, 5) + polyline(d, _INK, 1.6)
    return way + tag("circle", cx=x, cy=y, r=3.5, fill=_INK)


# The legend.


@dataclass(frozen=True)
class _LegendItem:
    """A sign and what it means; `sign` is a value of a band, or a name of its own."""

    sign: str
    text: str

    @property
    def width(self) -> float:
        return 34 + text_width(self.text, _SMALL) + 18


def _legend_items(rows: Sequence[_Row], tasks: Sequence[Sequence[int | None]]) -> tuple[_LegendItem, ...]:
    """What the picture uses, and no more."""
    several = len(rows[0].line.cpus) > 1
    items = (
        (True, "user", "user mode"),
        (True, "kernel", "kernel mode"),
        (True, "on", "RCU watches"),
        (True, "off", "RCU does not watch"),
        (any(map(_disagrees, (cpu for row in rows for cpu in row.line.cpus))), "unequal", "pt_regs and state disagree"),
        (any(row.marked and not row.breaks for row in rows), "parts", "first disagreement"),
        (any(row.breaks for row in rows), "breaks", "the step that breaks the property"),
        (several, "moves", "the CPU that makes the step"),
        (any(_journeys(tasks)), "way", "where the task goes"),
    )
    return tuple(_LegendItem(sign, text) for used, sign, text in items if used)


def _flowed(items: Sequence[_LegendItem], width: float, y: float) -> Iterator[tuple[_LegendItem, float, float]]:
    """Each item with its place, as many on a line as fit."""
    x: float = _MARGIN
    for item in items:
        if x > _MARGIN and x + item.width > width - _MARGIN + 18:
            x, y = _MARGIN, y + 20
        yield item, x, y
        x += item.width


def _legend(plan: _Plan) -> Iterator[str]:
    for item, x, y in plan.legend:
        yield from _legend_sign(item.sign, x, y)
        yield label(x + 34, y + 11, item.text, font_size=_SMALL, fill=_FAINT)


def _legend_sign(sign: str, x: float, y: float) -> Iterator[str]:
    match sign:
        case "unequal":
            yield _unequal(x + 14, y + 7)
        case "parts" | "breaks":
            yield box(x + 1, y, 26, 14, _BREAK_BACK if sign == "breaks" else _PART_BACK)
            yield _outline(x + 1, y, 26, 14, sign == "breaks")
        case "moves":
            yield _pointer(x + 18, y + 7)
        case "way":
            yield polyline(segment(x + 4, y + 7, x + 27, y + 7), _INK, 1.6)
            yield tag("circle", cx=x + 4, cy=y + 7, r=3.5, fill=_INK)
        case _:
            yield from _swatch(x + 1, y, 26, 14, sign)
