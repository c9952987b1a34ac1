"""Steps at the wrong place whatever runs: a count that does not come back, interrupts open where they must not be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gen.diagnostics import Diagnostic
from gen.model.conditions import entries
from gen.model.entry import EntryModel, Step
from gen.model.graph import reachable
from gen.model.vocabulary import WORDS, Effect
from gen.verify import rules
from gen.verify.unfold import COUNTS, Masks, Position

_IRQ = "irq"
"""The class that local_irq_disable() closes, under the name that every spec has for it."""


def misplaced(model: EntryModel, positions: Mapping[str, tuple[Position, ...]]) -> Iterator[Diagnostic]:
    """Every return with an open bracket, every step that closes one which is not open, and every `_irqoff` step that
    finds interrupts open; each place once.
    """
    found: dict[Diagnostic, None] = {}
    has_irqs = _IRQ in model.classes and model.classes[_IRQ].maskable
    for name, path in model.paths.items():
        for answers in entries(path):
            for number in reachable(positions[name], answers=answers):
                position = positions[name][number]
                if isinstance(position.item, Step):
                    for what in _wrong(position.item, position.masks):
                        found[rules.unbalanced_bracket.at(position.item.span, what, path.symbol)] = None
                    if has_irqs and _finds_irqs_on(position.item, position.masks):
                        found[rules.irqs_on_at_irqoff.at(position.item.span, position.item.word, path.symbol)] = None
    yield from found


def _finds_irqs_on(step: Step, masks: Masks) -> bool:
    return step.row.unasked and _IRQ not in masks.masked


def _wrong(step: Step, masks: Masks) -> Iterator[str]:
    effect = step.row.effect
    if effect is Effect.RETURN:
        for count in dict.fromkeys(count for count, _ in COUNTS.values()):
            if getattr(masks, count):
                yield f"returns with {_opener(count)} open"
    elif effect in COUNTS:
        count, change = COUNTS[effect]
        if change < 0 and not getattr(masks, count):
            yield f"`{step.word}` closes what nothing has opened"


def _opener(count: str) -> str:
    """The words that open a count, for the message."""
    opening = (word.name for word in WORDS.values() if COUNTS.get(word.effect) == (count, 1))
    return " or ".join(f"`{name}`" for name in opening)
