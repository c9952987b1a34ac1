"""What lockdep believes of interrupts: a step that enters the USER state asserts that they are off.

`lockdep_assert_irqs_disabled()` in `__ct_user_enter()` (kernel/context_tracking.c) looks at what lockdep was told, and
not at the CPU. What a path has told is followed from its entry, where nothing is known; work, scheduling points and
masks may tell it anything, so that what is found is so on some way through the path whatever they do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gen.diagnostics import Diagnostic, Span
from gen.model.conditions import Answers, entries
from gen.model.entry import IRQ, EntryModel, Step
from gen.model.graph import edges_on, reachable
from gen.model.vocabulary import Effect
from gen.verify import rules
from gen.verify.unfold import Position

_TELLS_NOTHING = frozenset({
    Effect.BOOKKEEPING, Effect.CODE, Effect.INSTRUMENTATION_BEGIN, Effect.INSTRUMENTATION_END, Effect.RCU_IN,
    Effect.RCU_OUT, Effect.PREEMPT_OFF, Effect.PREEMPT_ON, Effect.HARDIRQ_ON, Effect.HARDIRQ_OFF,
})  # fmt: skip


def believed_on(model: EntryModel, positions: Mapping[str, tuple[Position, ...]]) -> Iterator[Diagnostic]:
    """Every step to USER with interrupts masked, while lockdep was told that they are on; each place once."""
    found: dict[tuple[Span, str], dict[str, None]] = {}
    for name, path in model.paths.items():
        for answers in entries(path):
            for number in sorted(_told_on(positions[name], answers)):
                position = positions[name][number]
                if isinstance(position.item, Step) and _asserts(position.item, position):
                    found.setdefault((position.item.span, position.item.word), {})[path.symbol] = None
    for (span, word), symbols in found.items():
        yield rules.lockdep_told_too_early.at(span, word, tuple(symbols))


def _asserts(step: Step, position: Position) -> bool:
    """Whether the assertion is reached with what lockdep was told: user_enter() itself tells it what the CPU has."""
    in_interrupt = position.masks.hardirq and not step.row.unasked
    return step.row.effect is Effect.USER_ENTER and IRQ in position.masks.masked and not in_interrupt


def _told_on(positions: tuple[Position, ...], answers: Answers) -> set[int]:
    """The positions that some way leads to on which lockdep was last told that interrupts are on."""
    found: set[int] = set()
    waiting = [
        edge.target
        for number in reachable(positions, answers=answers)
        if _tells(positions[number]) is True
        for edge in edges_on(positions[number], answers)
    ]
    for number in waiting:
        if number not in found:
            found.add(number)
            if _leaves_it(positions[number]):
                waiting += [edge.target for edge in edges_on(positions[number], answers)]
    return found


def _tells(position: Position) -> bool | None:
    return position.item.row.tells_lockdep if isinstance(position.item, Step) else None


def _leaves_it(position: Position) -> bool:
    """Whether lockdep believes behind a position what it did before."""
    item = position.item
    return not isinstance(item, Step) or (item.row.effect in _TELLS_NOTHING and item.row.tells_lockdep is None)
