"""Two readings of an architecture's entry code compared, path by path: is the order still the same?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from enum import Enum
from itertools import combinations

from gen.model.aspects import Aspect, aspect_of
from gen.model.compare import At, TooManyPairsError, difference
from gen.model.conditions import Answers
from gen.model.entry import EntryPath, Step
from gen.model.graph import EntryGraph, EntryNode
from gen.model.reduce import slimmed, without_dead_ends
from gen.model.vocabulary import Effect
from gen.recover.doubtful import given_up
from gen.recover.events import Event, events
from gen.recover.recover import ReadPath, Recovered


class Change(Enum):
    """What became of a path; the value is how it is printed."""

    CHANGED = "changed"
    GONE = "gone"
    NEW = "new"
    UNKNOWN = "cannot tell"
    MOVED = "moved"
    SAME = "same"


@dataclass(frozen=True)
class Parting:
    """The shortest run that only one reading has: where it comes from, what both do up to there, what each does next.

    A side is None if it cannot go on. Where one side can do all that the other can, and more, `fork` is the question of
    that side which leads to it, if there is one. `doubt` is a function that was not found, is called there by the side
    that lacks something, and may do that.
    """

    answers: Answers
    before: tuple[str, ...]
    old: At | None
    new: At | None
    fork: At | None = None
    doubt: str = ""


Subjects = tuple[Aspect, ...]
"""Subjects that are looked at together."""


@dataclass(frozen=True)
class Compared:
    """One path in both readings, None where only one has it.

    `partings` has the subjects that changed, each alone; where the order of several is another one, and that of each
    is as before, it has those together; some only seem to have changed, as far as is known. `came` and `went` are what
    runs in a critical window of one reading only, `unbracketed` what does so outside of instrumentation_begin() and
    instrumentation_end(), and did inside of them.
    `reason` is why it cannot be told.
    """

    old: ReadPath | None
    new: ReadPath | None
    change: Change
    partings: Mapping[Subjects, Parting] = field(default_factory=dict)
    came: tuple[Event, ...] = ()
    went: tuple[Event, ...] = ()
    unbracketed: tuple[At, ...] = ()
    reason: str = ""

    @property
    def path(self) -> EntryPath:
        """The path as the newer reading has it, if it does."""
        return self._paths[-1]

    @property
    def names(self) -> set[str]:
        """What it is called in either reading: the names of the path, and of the function or label."""
        return {name for path in self._paths for name in (path.name, path.symbol)}

    @property
    def _paths(self) -> list[EntryPath]:
        return [each.path for each in (self.old, self.new) if each]


def compared(
    old: Recovered, new: Recovered, only: Collection[Aspect] = (), unreadable: str = ""
) -> tuple[Compared, ...]:
    """The paths of two readings, those that changed first; of some subjects `only`, if any are named.

    Where a file is `unreadable`, what is not the same may be so because of that.
    """
    comparing = _Comparing(old, new, frozenset(only or Aspect))
    paths = [comparing.both(*pair) for pair in _by_name(old.paths, new.paths)]
    seen_old = {each.old.path.name for each in paths if each.old}
    seen_new = {each.new.path.name for each in paths if each.new}
    left = [each for each in old.paths if each.path.name not in seen_old]
    right = [each for each in new.paths if each.path.name not in seen_new]
    paths += comparing.left_over(left, right)
    if unreadable:
        paths = [_unsure(each, unreadable) for each in paths]
    return tuple(sorted(paths, key=lambda each: list(Change).index(each.change)))


def _unsure(each: Compared, why: str) -> Compared:
    """What is not the same, where it is not known whether that is so."""
    if each.change in {Change.SAME, Change.MOVED}:
        return each
    return Compared(each.old, each.new, Change.UNKNOWN, reason=why)


def _by_name(old: Sequence[ReadPath], new: Sequence[ReadPath]) -> Iterator[tuple[ReadPath, ReadPath]]:
    names = {each.path.name: each for each in new}
    return ((each, names[each.path.name]) for each in old if each.path.name in names)


class _Comparing:
    def __init__(self, old: Recovered, new: Recovered, only: frozenset[Aspect]) -> None:
        self.old = old
        self.new = new
        self.only = tuple(aspect for aspect in Aspect if aspect in only)

    def both(self, old: ReadPath, new: ReadPath) -> Compared:
        """One path in both readings."""
        bare = Compared(old, new, Change.UNKNOWN)
        for each, which in ((old, "before"), (new, "after")):
            if why := _not_comparable(each):
                return replace(bare, reason=f"{which}: {why}")
        if old.runs != new.runs:
            return replace(bare, reason="it can interrupt other code than before")
        try:
            partings = dict(self._partings(old, new))
        except TooManyPairsError:
            return replace(bare, reason="it is too large to be compared")
        if partings and all(each.doubt for each in partings.values()):
            doubt = next(iter(partings.values())).doubt
            why = f"what {doubt}() does is not known, and it may do what is missing"
            return replace(bare, partings=partings, reason=why)
        # Where the windows are is not known if what moves the state is not.
        came, went = ((), ()) if any(map(_is_doubt_of_state, partings.items())) else self._windows(old, new)
        unbracketed = tuple(_unbracketed(old, new)) if Aspect.INSTRUMENTATION in self.only else ()
        if not (partings or came or went or unbracketed):
            return replace(bare, change=Change.MOVED if _is_elsewhere(old, new) else Change.SAME)
        return Compared(old, new, Change.CHANGED, partings, came, went, unbracketed)

    def left_over(self, left: list[ReadPath], right: list[ReadPath]) -> Iterator[Compared]:
        """Paths that only one reading has by that name: those that do the same for the same are one that moved."""
        for old in left:
            alike = [each for each in right if _entering(each) == _entering(old)]
            same = [each for each in alike if self.both(old, each).change is Change.MOVED]
            if same:
                new = max(same, key=lambda each: SequenceMatcher(None, old.path.symbol, each.path.symbol).ratio())
                right.remove(new)
                yield self.both(old, new)
            else:
                yield Compared(old, None, Change.GONE)
        yield from (Compared(None, each, Change.NEW) for each in right)

    def _partings(self, old: ReadPath, new: ReadPath) -> Iterator[tuple[Subjects, Parting]]:
        """The smallest sets of subjects that changed: each alone, then two, then all that are left."""
        if not (whole := self._parting(old, new, self.only)):
            return
        left: list[Aspect] = []
        for aspect in self.only:
            if parting := self._parting(old, new, (aspect,)):
                yield (aspect,), parting
            else:
                left.append(aspect)
        if not left:
            return
        rest = whole if len(left) == len(self.only) else self._parting(old, new, tuple(left))
        pairs = [(pair, self._parting(old, new, pair)) for pair in combinations(left, 2)] if rest else []
        yield from ((pair, parting) for pair, parting in pairs if parting)
        if rest and not any(parting for _, parting in pairs):
            yield tuple(left), rest

    def _parting(self, old: ReadPath, new: ReadPath, only: Subjects) -> Parting | None:
        masked = frozenset(new.path.masked)
        # What both call may be taken to do the same.
        before_only, after_only = self.old.unread - _called(new), self.new.unread - _called(old)
        before, after = _skeleton(old, only, before_only), _skeleton(new, only, after_only)
        for answers in new.runs:
            found = difference(after, before, answers, masked, after_only)
            if found is not None:
                other = difference(before, after, answers, masked, before_only)
                fork = found.fork or (other.fork if other else None)
                doubt = found.doubt or (other.doubt if other else "")
                return Parting(answers, found.before, found.spec, found.tree, fork, doubt)
        return None

    def _windows(self, old: ReadPath, new: ReadPath) -> tuple[tuple[Event, ...], tuple[Event, ...]]:
        """What runs in a critical window of one reading only, by name."""
        if Aspect.INSTRUMENTATION not in self.only:
            return (), ()
        before = _in_windows(old, self.old.model.offstack)
        after = _in_windows(new, self.new.model.offstack)
        came = tuple(event for key, event in after.items() if key not in before)
        return came, tuple(event for key, event in before.items() if key not in after)


def _is_doubt_of_state(parted: tuple[Subjects, Parting]) -> bool:
    subjects, parting = parted
    return bool(parting.doubt) and not {Aspect.TRACKING, Aspect.RCU}.isdisjoint(subjects)


def _not_comparable(each: ReadPath) -> str:
    """Why a reading of a path says nothing about the tree; nothing if it does."""
    if each.full is None:
        return each.reason
    return given_up(each.full)


def _skeleton(each: ReadPath, only: Subjects, unread: Collection[str]) -> EntryGraph:
    """What is compared of a path: the steps of some subjects, the ends, and the calls of what was not found."""

    def keeps(_: int, node: EntryNode) -> bool:
        step = node.item
        effect = step.row.effect if isinstance(step, Step) else None
        if effect is None or effect is Effect.PANIC:
            return False
        if isinstance(step, Step) and step.handler and step.handler.name in unread:
            return True
        return effect is Effect.RETURN or aspect_of(effect) in only

    if each.full is None:
        raise AssertionError("a path of which nothing was read")
    return slimmed(without_dead_ends(each.full), keeps)


def _in_windows(each: ReadPath, offstack: bool) -> dict[tuple[object, str], Event]:
    """What runs in the critical windows, by window and name."""
    running = (event for event in events(each.path, offstack) if event.what in {"runs", "is not followed"})
    return {(window, event.word): event for event in running for window in event.windows}


def _called(each: ReadPath) -> frozenset[str]:
    """The functions that a path calls and that were not put in their place."""
    steps = (node.item for node in (each.full.nodes if each.full else ()))
    return frozenset(step.handler.name for step in steps if isinstance(step, Step) and step.handler)


def _unbracketed(old: ReadPath, new: ReadPath) -> Iterator[At]:
    """What the old reading calls between brackets alone, and the new one calls outside of them, too."""
    before, after = (dict(_outside(each)) for each in (old, new))
    for name, at in after.items():
        if at is not None and name in before and before[name] is None:
            yield at


def _outside(each: ReadPath) -> Iterator[tuple[str, At | None]]:
    """The functions that a path calls, each with a place that is outside of all brackets, or None."""
    nodes = each.full.nodes if each.full else ()
    start = (each.full.start if each.full else 0, 0)
    found: dict[str, At | None] = {}
    waiting, seen = [start], {start}
    for number, depth in waiting:
        node = nodes[number]
        step = node.item
        if isinstance(step, Step):
            depth = _depth(depth, step.row.effect)
            if step.handler:
                at = None if depth else At(step.handler.name, step.span, node.function)
                found[step.handler.name] = found.get(step.handler.name) or at
        for edge in node.edges:
            if (following := (edge.target, depth)) not in seen:
                seen.add(following)
                waiting.append(following)
    yield from found.items()


def _depth(depth: int, effect: Effect) -> int:
    """How many brackets are open behind a step; more than some are not told apart."""
    if effect is Effect.INSTRUMENTATION_BEGIN:
        return min(depth + 1, _MOST_BRACKETS)
    return max(depth - 1, 0) if effect is Effect.INSTRUMENTATION_END else depth


_MOST_BRACKETS = 8
"""Brackets inside each other that are counted."""


def _is_elsewhere(old: ReadPath, new: ReadPath) -> bool:
    return (old.path.symbol, old.path.file) != (new.path.symbol, new.path.file)


def _entering(each: ReadPath) -> tuple[object, ...]:
    """What enters by a path."""
    path = each.path
    return path.kind, path.whence, path.interrupt_class, path.masked
