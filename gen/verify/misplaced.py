"""Steps at the wrong place whatever runs: a count that does not come back, interrupts open where they must not be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from gen.diagnostics import Diagnostic
from gen.model.conditions import entries
from gen.model.entry import IRQ, EntryModel, EntryPath, Step
from gen.model.graph import reachable
from gen.model.vocabulary import WORDS, Effect
from gen.verify import rules
from gen.verify.unfold import COUNTS, Masks, Position


def misplaced(model: EntryModel, positions: Mapping[str, tuple[Position, ...]]) -> Iterator[Diagnostic]:
    """Every return with an open bracket, every step that closes one which is not open, and every `_irqoff` step that
    finds interrupts open; each place once.
    """
    found: dict[Diagnostic, None] = {}
    has_irqs = IRQ in model.classes and model.classes[IRQ].maskable
    for name, path in model.paths.items():
        for answers in entries(path):
            for number in reachable(positions[name], answers=answers):
                position = positions[name][number]
                if isinstance(position.item, Step):
                    for what in _wrong(position.item, position.masks, _counted(path)):
                        found[rules.unbalanced_bracket.at(position.item.span, what, path.symbol)] = None
                    if has_irqs and _finds_irqs_on(position.item, position.masks):
                        found[rules.irqs_on_at_irqoff.at(position.item.span, position.item.word, path.symbol)] = None
    yield from found


def _finds_irqs_on(step: Step, masks: Masks) -> bool:
    return step.row.unasked and IRQ not in masks.masked


def _counted(path: EntryPath) -> frozenset[str]:
    """The counts that a path has to leave as it found them.

    A handler whose C was read may carry preempt_count from one exception to the next, as kprobes do that single step.
    """
    counts = frozenset(count for count, _ in COUNTS.values())
    return counts - {COUNTS[Effect.PREEMPT_OFF][0]} if path.graph is not None else counts


def _wrong(step: Step, masks: Masks, counted: Collection[str]) -> Iterator[str]:
    effect = step.row.effect
    if effect is Effect.RETURN:
        for count in dict.fromkeys(count for count, _ in COUNTS.values()):
            if count in counted and getattr(masks, count):
                yield f"returns with {_opener(count)} open"
    elif effect in COUNTS:
        count, change = COUNTS[effect]
        if count in counted and change < 0 and not getattr(masks, count):
            yield f"`{step.word}` closes what nothing has opened"


def _opener(count: str) -> str:
    """The words that open a count, for the message."""
    opening = (word.name for word in WORDS.values() if COUNTS.get(word.effect) == (count, 1))
    return " or ".join(f"`{name}`" for name in opening)
