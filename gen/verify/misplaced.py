"""Steps at the wrong place whatever runs: a count that does not come back, interrupts open where they must not be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from gen.diagnostics import Diagnostic
from gen.model.entry import Branch, EntryModel, EntryPath, Loop, Step, Whence
from gen.model.vocabulary import WORDS, Effect
from gen.verify import rules
from gen.verify.unfold import COUNTS, Masks, Position

_Answers = Mapping[str, bool]

_FROM_USER: _Answers = {"user_regs": True, "kernel_regs": False, "idle_task": False, "irqs_were_on": True}


_IRQ = "irq"
"""The class that local_irq_disable() closes, under the name that every spec has for it."""


def misplaced(model: EntryModel, positions: Mapping[str, tuple[Position, ...]]) -> Iterator[Diagnostic]:
    """Every return with an open bracket, every step that closes one which is not open, and every `_irqoff` step that
    finds interrupts open; each place once.

    The conditions that every port has keep their answer from the entry to the return, so that `if: idle_task` around
    ct_irq_enter goes with the one around ct_irq_exit.
    """
    found: dict[Diagnostic, None] = {}
    has_irqs = _IRQ in model.classes and model.classes[_IRQ].maskable
    for name, path in model.paths.items():
        for answers in _entries(path):
            for position in _reached(positions[name], answers):
                if isinstance(position.item, Step):
                    for what in _wrong(position.item, position.masks):
                        found[rules.unbalanced_bracket.at(position.item.span, what, path.symbol)] = None
                    if has_irqs and _finds_irqs_on(position.item, position.masks):
                        found[rules.irqs_on_at_irqoff.at(position.item.span, position.item.word, path.symbol)] = None
    yield from found


def _entries(path: EntryPath) -> Iterator[_Answers]:
    """What the built-in conditions say, for each sort of code that a path can interrupt."""
    if path.whence is not Whence.KERNEL:
        yield _FROM_USER
    if path.whence in {Whence.KERNEL, Whence.ANY}:
        for idle, irqs_on in product((False, True), repeat=2):
            yield {"user_regs": False, "kernel_regs": True, "idle_task": idle, "irqs_were_on": irqs_on}


def _reached(positions: tuple[Position, ...], answers: _Answers) -> Iterator[Position]:
    waiting, seen = [0], {0}
    for number in waiting:
        position = positions[number]
        yield position
        known = answers.get(position.item.condition) if isinstance(position.item, Branch | Loop) else None
        for way in position.ways:
            if way.target not in seen and (known is None or way.answer is known):
                seen.add(way.target)
                waiting.append(way.target)


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
