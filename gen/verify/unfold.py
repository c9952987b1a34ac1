"""An entry path unrolled: sequences inlined, and at every position what is masked there.

A position is an item of the path at one place of the text, reached with one set of masks. Two ways that come to the
same place with the same masks are the same position, so loops close and the graph stays finite.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from gen.model.entry import Block, Branch, Call, EntryModel, EntryPath, Item, Loop, Step
from gen.model.flow import ENDS
from gen.model.vocabulary import Effect

MOST_POSITIONS = 20_000
"""Where unrolling one path is given up; real ones have below a hundred positions."""


class TooLargeError(Exception):
    """A path that has more positions than can be verified in reasonable time."""

    def __init__(self, path: EntryPath, problem: str) -> None:
        super().__init__(f"`{path.name}` {problem}")
        self.path = path


@dataclass(frozen=True)
class Masks:
    """What holds at a position whatever was interrupted: the rest is up to the code below.

    `masked` are the classes that this path has closed. The counts nest: in_interrupt(), preempt_disable(),
    ct_nmi_enter() or ct_irq_enter(), instrumentation_begin().
    """

    masked: frozenset[str] = frozenset()
    hardirq: int = 0
    nopreempt: int = 0
    watching: int = 0
    instrumentation: int = 0

    def after(self, step: Step) -> Masks:
        """The masks behind a step."""
        return _after(self, step.row.effect, step.classes)


@lru_cache(maxsize=4096)
def _after(masks: Masks, effect: Effect, classes: tuple[str, ...]) -> Masks:
    match effect:
        case Effect.MASK:
            return replace(masks, masked=masks.masked | set(classes))
        case Effect.UNMASK | Effect.INHERIT:
            return replace(masks, masked=masks.masked - set(classes))
        case effect if effect in COUNTS:
            name, change = COUNTS[effect]
            return replace(masks, **{name: max(getattr(masks, name) + change, 0)})
        case _:
            return masks


COUNTS = {
    Effect.HARDIRQ_ON: ("hardirq", 1),
    Effect.HARDIRQ_OFF: ("hardirq", -1),
    Effect.SOFTIRQS: ("hardirq", -1),
    Effect.PREEMPT_OFF: ("nopreempt", 1),
    Effect.PREEMPT_ON: ("nopreempt", -1),
    Effect.RCU_IN: ("watching", 1),
    Effect.RCU_OUT: ("watching", -1),
    Effect.INSTRUMENTATION_BEGIN: ("instrumentation", 1),
    Effect.INSTRUMENTATION_END: ("instrumentation", -1),
}
"""Which count of Masks an effect changes, and by how much."""

DEEPEST = 16
"""How deep preempt_disable() and its like may nest; the kernel's own counters hold 15 NMIs."""


@dataclass(frozen=True)
class Way:
    """A way on from a position: the next one's number, and for a branch or loop the answer that leads there."""

    target: int
    answer: bool | None = None


@dataclass(frozen=True)
class Position:
    """One position: its item, the sequences it was called through, its masks, the ways on (none at an end)."""

    item: Step | Branch | Loop
    via: tuple[str, ...]
    masks: Masks
    ways: tuple[Way, ...]


_Cursor = tuple[tuple[int, int, str], ...]
"""Open blocks, outermost first: each block's number, the index in it, the sequence that it is the body of."""


def unfold(model: EntryModel, path: EntryPath) -> tuple[Position, ...]:
    """The positions of a path, the first one first. Raises TooLargeError."""
    return _Unfolder(model, path).positions()


class _Unfolder:
    def __init__(self, model: EntryModel, path: EntryPath) -> None:
        self.model = model
        self.path = path
        self._blocks: list[Block] = []
        self._numbers: dict[int, int] = {}
        self._known: dict[tuple[_Cursor, Masks], int] = {}
        self._waiting: list[tuple[_Cursor, Masks]] = []

    def positions(self) -> tuple[Position, ...]:
        """Every position that can be reached, in the order in which it was found."""
        self._number(self._opened((), self.path.body), Masks(frozenset(self.path.masked)))
        found: list[Position] = []
        while len(found) < len(self._waiting):
            found.append(self._position(*self._waiting[len(found)]))
        return tuple(found)

    def _block(self, block: Block) -> int:
        if id(block) not in self._numbers:
            self._numbers[id(block)] = len(self._blocks)
            self._blocks.append(block)
        return self._numbers[id(block)]

    def _opened(self, cursor: _Cursor, block: Block, sequence: str = "") -> _Cursor:
        """The cursor inside a block that begins where `cursor` stands."""
        return self._settled((*cursor, (self._block(block), 0, sequence)))

    def _settled(self, cursor: _Cursor) -> _Cursor:
        """The cursor at the next item that is a position: ended blocks left, called sequences entered."""
        while cursor:
            number, index, sequence = cursor[-1]
            if index >= len(self._blocks[number]):
                cursor = cursor[:-1]
                continue
            item = self._blocks[number][index]
            if not isinstance(item, Call):
                return cursor
            behind = (*cursor[:-1], (number, index + 1, sequence))
            cursor = (*behind, (self._block(self.model.sequences[item.sequence].body), 0, item.sequence))
        return cursor

    def _number(self, cursor: _Cursor, masks: Masks) -> int:
        key = (cursor, masks)
        if key not in self._known:
            if len(self._waiting) >= MOST_POSITIONS:
                raise TooLargeError(self.path, f"has more than {MOST_POSITIONS:,} positions")
            if max(masks.hardirq, masks.nopreempt, masks.watching, masks.instrumentation) > DEEPEST:
                raise TooLargeError(self.path, f"nests the same step more than {DEEPEST} deep, as a loop would")
            self._known[key] = len(self._waiting)
            self._waiting.append(key)
        return self._known[key]

    def _position(self, cursor: _Cursor, masks: Masks) -> Position:
        number, index, sequence = cursor[-1]
        item: Item = self._blocks[number][index]
        behind = (*cursor[:-1], (number, index + 1, sequence))
        via = tuple(name for _, _, name in cursor if name)
        ways: tuple[Way, ...]
        match item:
            case Branch():
                ways = (
                    Way(self._number(self._opened(behind, item.then), masks), True),
                    Way(self._number(self._opened(behind, item.otherwise), masks), False),
                )
            case Loop():
                inside = self._opened(cursor, item.body) if item.body else cursor
                ways = (Way(self._number(inside, masks), True), Way(self._number(self._settled(behind), masks), False))
            case Step():
                if item.word in ENDS:
                    return Position(item, via, masks, ())
                ways = (Way(self._number(self._settled(behind), masks.after(item))),)
            case Call():
                raise AssertionError("a settled cursor never stands on a call")
        return Position(item, via, masks, ways)
