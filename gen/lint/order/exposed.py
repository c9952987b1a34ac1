"""What runs in the critical windows of the entry paths that were read, and must not: each place of the tree once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from gen.diagnostics import Span
from gen.lint.evidence import names_call
from gen.lint.order.anchors import Anchors
from gen.lint.order.entries import EntryReading, Exposed, Kind, Outcome, PathReading, Turn
from gen.model.blocks import steps_of
from gen.model.entry import EntryModel, EntryPath, Handler, Step, Whence, walk
from gen.model.entry import Sequence as SharedSequence
from gen.model.vocabulary import WORDS, Effect
from gen.model.windows import BEGINNING, ENDING, Window
from gen.verify.unfold import Position, TooLargeError, unfold
from gen.verify.windows import window_positions


@dataclass(frozen=True)
class _Sighting:
    """Something in a window of one path; its span may be one of the spec."""

    kind: Kind
    position: Position
    window: Window
    what: str
    turn: Turn | None
    classes: tuple[str, ...] = ()
    doubt: str = ""


def exposed(reading: EntryReading) -> tuple[Exposed, ...]:
    """Everything in the windows of a reading, in the order of the tree's files and lines.

    Code that was read is judged at its own places. What was not, assembly above all, is as the spec says.
    """
    found: dict[tuple[Kind, Window, Span, str], Exposed] = {}
    place = _Places(reading)
    for each in reading.paths:
        if each.path.whence is not Whence.KERNEL:
            for one in _of_path(reading, each, place):
                key = (one.kind, one.window, one.span, one.what)
                first = found.get(key, one)
                found[key] = _joined(first, one)
    return tuple(sorted(found.values(), key=lambda each: (each.span, each.kind.value, each.window.value)))


def _joined(first: Exposed, other: Exposed) -> Exposed:
    paths = tuple(dict.fromkeys((*first.paths, *other.paths)))
    classes = tuple(sorted({*first.classes, *other.classes}))
    doubt = first.doubt if other.doubt else ""
    return replace(first, paths=paths, classes=classes, doubt=doubt)


def _of_path(reading: EntryReading, each: PathReading, place: _Places) -> Iterator[Exposed]:
    path = reading.model.paths.get(each.path.name)
    if path is None:  # nothing rests on what was not read
        return
    seen = set[str]()
    sightings = _sightings(reading, path)
    for one in _first_ones(sightings) if each.outcome is Outcome.DIFFERS else sightings:
        seen.add(one.what)
        yield from place.of(path, one)
    # What the spec has in a window, and C does not show: a macro of assembly, a call of another file.
    unseen = _handlers(reading.model, each.path) - _handlers(reading.model, path)
    if any(handler.traceable or handler.schedules for handler in unseen):
        for one in _sightings(reading, each.path):
            item = one.position.item
            if isinstance(item, Step) and item.handler in unseen and one.what not in seen:
                yield from place.of(path, one)


def _handlers(model: EntryModel, path: EntryPath) -> set[Handler]:
    return {step.handler for step in steps_of(model, {path.name: path}) if step.handler}


MOST_CONSEQUENCES = 2
"""How many things of a kind are told of in a window of a path that is not as its spec has it."""


def _first_ones(sightings: Iterator[_Sighting]) -> Iterator[_Sighting]:
    """What a path that parts from its spec is told of: one step at the wrong place exposes all that is behind it.

    If the step that ends the window is missing altogether, that is what is wrong, and the rest follows.
    """
    told: dict[tuple[Kind, Window], int] = {}
    for one in sightings:
        key = (one.kind, one.window)
        told[key] = told.get(key, 0) + 1
        if one.turn is not None and told[key] <= MOST_CONSEQUENCES:
            yield one


def _sightings(reading: EntryReading, path: EntryPath) -> Iterator[_Sighting]:
    model = reading.model
    try:
        positions = unfold(model, path)
    except TooLargeError:
        return
    look = _Look(reading, positions, next(each.masking for each in reading.paths if each.path.name == path.name))
    before = list(window_positions(model, path, positions))
    look.doubt([each.position for each in before])
    instrumented: set[Window] = set()
    for each in before:
        # A scheduling point can be instrumented, too; one finding is enough.
        if points := list(look.schedules(each.position, each.window)):
            yield from points
        else:
            yield from look.traceable(each.position, each.window, instrumented)
        yield from look.opens(each.position, each.window)
    yield from look.left_open([each.position for each in before])


_INSTRUMENTED = next(word.name for word in WORDS.values() if word.effect is Effect.INSTRUMENTATION_BEGIN)


class _Look:
    """What can be said of the positions of one path."""

    def __init__(self, reading: EntryReading, positions: Sequence[Position], masking: Mapping[Span, str]) -> None:
        self.model: EntryModel = reading.model
        self.naming = reading.naming
        self.masking = masking
        self.positions = positions
        self.numbers = {id(position): number for number, position in enumerate(positions)}
        self.before: dict[int, list[int]] = {}
        for number, position in enumerate(positions):
            for edge in position.edges:
                self.before.setdefault(edge.target, []).append(number)
        self.maskable = frozenset(name for name, each in self.model.classes.items() if each.maskable)
        self.unread = reading.unread
        self.doubts: dict[int, str] = {}

    def doubt(self, inside: Sequence[Position]) -> None:
        """Finds the positions of the windows behind a call that was not found: it may have moved the state."""
        known = {self.numbers[id(position)] for position in inside}
        starts = {number for number in known if not known.issuperset(self.before.get(number, [-1]))}
        sure, met = self._reached(known, starts)
        self.doubts = dict.fromkeys(known - sure, met)

    def _reached(self, within: Collection[int], starts: Collection[int]) -> tuple[set[int], str]:
        """What is reached without a call that was not found, and the first of those calls."""
        waiting, met = sorted(starts), ""
        seen = set(waiting)
        for number in waiting:
            item = self.positions[number].item
            if isinstance(item, Step) and item.handler is not None and item.handler.name in self.unread:
                met = met or item.handler.name
                continue
            new = {edge.target for edge in self.positions[number].edges if edge.target in within} - seen
            seen |= new
            waiting += sorted(new)
        return seen, met

    def schedules(self, position: Position, window: Window) -> Iterator[_Sighting]:
        """Scheduling points; with offstack schedule_user(), preemption and handlers that sleep are, too."""
        item = position.item
        if not isinstance(item, Step):
            return
        points = {Effect.SCHEDULE}
        if self.model.offstack:
            points |= {Effect.SCHEDULE_USER, Effect.PREEMPT_IRQ}
        sleeps = self.model.offstack and item.handler is not None and item.handler.schedules
        if item.row.effect in points or sleeps:
            yield self._sighting(Kind.SCHEDULES, position, window)

    def traceable(self, position: Position, window: Window, told: set[Window]) -> Iterator[_Sighting]:
        """What ftrace, kprobes or lockdep can get into, where that is asked for: offstack promises that there is none.

        instrumentation_begin() is no excuse in a window. One that still holds is told of once.
        """
        item = position.item
        if not self.model.offstack:
            return
        if isinstance(item, Step) and item.row.effect is Effect.INSTRUMENTATION_BEGIN:
            told.add(window)
            yield self._sighting(Kind.TRACEABLE, position, window)
        elif position.masks.instrumentation and window not in told:
            told.add(window)
            yield self._sighting(Kind.TRACEABLE, position, window, _INSTRUMENTED)
        elif isinstance(item, Step) and (item.row.traceable or (item.handler is not None and item.handler.traceable)):
            yield self._sighting(Kind.TRACEABLE, position, window)

    def opens(self, position: Position, window: Window) -> Iterator[_Sighting]:
        """Steps that let interrupts in."""
        item = position.item
        if isinstance(item, Step) and item.row.effect in {Effect.UNMASK, Effect.INHERIT}:
            classes = self.maskable & position.masks.masked & set(item.classes)
            found = self._sighting(Kind.IRQS_ON, position, window, classes=tuple(sorted(classes)))
            if classes and self._needs_masked(found.turn):
                yield found

    def left_open(self, inside: Sequence[Position]) -> Iterator[_Sighting]:
        """A user_enter at which interrupts can come, and an entry at which the hardware leaves them open."""
        known = set(map(id, inside))
        for position in self.positions:
            item = position.item
            opened = self.maskable - position.masks.masked
            if not opened or id(position) in known or not isinstance(item, Step) or item.row.effect not in BEGINNING:
                continue
            if any(id(self.positions[edge.target]) in known for edge in position.edges):
                found = self._sighting(Kind.IRQS_ON, position, Window.EXIT, classes=tuple(sorted(opened)))
                if self._needs_masked(found.turn):
                    masks = self.masking.get(item.span)
                    yield replace(found, doubt=f"{masks}(), which is not found, masks them" if masks else "")

    def _needs_masked(self, turn: Turn | None) -> bool:
        """Whether interrupts have to be masked: offstack promises it, and the forms of that name need it anywhere."""
        return self.model.offstack or (turn is not None and turn.name in WORDS and WORDS[turn.name].unasked)

    def _sighting(
        self, kind: Kind, position: Position, window: Window, what: str = "", classes: tuple[str, ...] = ()
    ) -> _Sighting:
        name = what or self._name(position)
        unread = self.doubts.get(self.numbers[id(position)], "")
        doubt = f"{unread}(), which is not found, moves the state" if unread else ""
        return _Sighting(kind, position, window, name, self._turn(position, window), classes, doubt)

    def _name(self, position: Position) -> str:
        item = position.item
        if not isinstance(item, Step):
            return str(item)
        return item.handler.name if item.handler else self.naming.spelled(item.word)

    def _turn(self, start: Position, window: Window) -> Turn | None:
        """The nearest step that ends the entry window, or the last one that began the exit window."""
        number = (self._ending if window is Window.ENTRY else self._begun).get(self.numbers[id(start)])
        item = self.positions[number].item if number is not None else None
        return Turn(self.naming.spelled(item.word), item.span) if isinstance(item, Step) else None

    @cached_property
    def _ending(self) -> Mapping[int, int]:
        onward = [[edge.target for edge in position.edges] for position in self.positions]
        return self._nearest(ENDING, onward, self.before)

    @cached_property
    def _begun(self) -> Mapping[int, int]:
        onward = [self.before.get(number, []) for number in range(len(self.positions))]
        return self._nearest(
            BEGINNING, onward, {number: [e.target for e in each.edges] for number, each in enumerate(self.positions)}
        )

    def _nearest(
        self, effects: frozenset[Effect], onward: Sequence[Sequence[int]], back: Mapping[int, Sequence[int]]
    ) -> Mapping[int, int]:
        """For each position the nearest one `onward` with one of some effects: of several the one by the first edges.

        The distances of all are found at once, from what is looked for back.
        """
        waiting = [
            number
            for number, each in enumerate(self.positions)
            if isinstance(each.item, Step) and each.item.row.effect in effects
        ]
        nearest = {number: number for number in waiting}
        distance = dict.fromkeys(waiting, 0)
        for number in waiting:
            if number not in nearest:
                nearer = (each for each in onward[number] if distance.get(each, -1) == distance[number] - 1)
                nearest[number] = nearest[next(nearer)]
            for each in back.get(number, ()):
                if each not in distance:
                    distance[each] = distance[number] + 1
                    waiting.append(each)
        return nearest


class _Places:
    """Puts sightings at places of the tree."""

    def __init__(self, reading: EntryReading) -> None:
        self.reading = reading
        folder = reading.spec.kconfig.file.split("/")[1]
        self.anchors = Anchors(reading.files, folder)
        self.known: dict[tuple[str, str, Span], Span | None] = {}
        model = reading.spec.model
        holders: list[EntryPath | SharedSequence] = [*model.sequences.values(), *model.paths.values()]
        self.holders = {item.span: holder for holder in holders for item in walk(holder.body)}
        self.same_release = reading.spec.describes(reading.release)

    def of(self, path: EntryPath, one: _Sighting) -> Iterator[Exposed]:
        """The exposure that a sighting is; none if the tree has no place for it."""
        span = self._in_tree(path, one.what, one.position.item.span, or_begin=not self._must_be_called(path, one))
        if span is None:
            return
        described = one.position.item.span if one.position.item.span != span else None
        turn_span = one.turn and self._in_tree(path, one.turn.name, one.turn.span)
        turn = Turn(one.turn.name, turn_span) if one.turn and turn_span else None
        function = self.reading.functions.get(span, "")
        doubt = one.doubt
        if described is not None and not self.same_release:
            doubt = f"Linux {self.reading.release} does otherwise than the spec, which was read from another release"
        yield Exposed(
            one.kind, one.window, span, one.what, function, (path.name,), turn, one.classes, described, doubt=doubt
        )

    def _must_be_called(self, path: EntryPath, one: _Sighting) -> bool:
        """Whether it is known to be there only if it is seen: assembly that schedules names what it calls."""
        item = one.position.item
        holder = self.holders.get(item.span, path)
        return one.kind is Kind.SCHEDULES and isinstance(item, Step) and names_call(item, holder.file)

    def _in_tree(self, path: EntryPath, name: str, span: Span, *, or_begin: bool = True) -> Span | None:
        """The place in the tree of something that may be described by the spec alone."""
        if span.file != self.reading.spec.file:
            return span
        key = (path.name, name, span)
        if key not in self.known:
            holder = self.holders.get(span, path)
            # What a spec of another release describes is only known to be there if it is seen.
            self.known[key] = self.anchors.place(name, (holder, path), or_begin=or_begin and self.same_release)
        return self.known[key]
