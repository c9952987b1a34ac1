"""The conditions that every port has, and what they say of the code that an entry path interrupts.

They keep their answer from the entry to the return, so that `if: idle_task` around ct_irq_enter goes with the one
around ct_irq_exit. Every other condition may say anything whenever it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gen.model.entry import EntryPath, Whence

USER_REGS, IDLE_TASK, IRQS_WERE_ON = "user_regs", "idle_task", "irqs_were_on"
_OPPOSITES = {"kernel_regs": USER_REGS}

Answers = Mapping[str, bool]
"""What the conditions say while a path runs."""

FROM_USER: Answers = {USER_REGS: True, IDLE_TASK: False, IRQS_WERE_ON: True}
"""What they say of user code."""


def known_as(condition: str, answer: bool) -> tuple[str, bool]:
    """The condition that a built-in one is known by, with its answer: a yes of `kernel_regs` is a no of `user_regs`."""
    opposite = _OPPOSITES.get(condition)
    return (condition, answer) if opposite is None else (opposite, not answer)


def is_kept(condition: str) -> bool:
    """Whether a condition keeps its answer while a path runs."""
    return condition in FROM_USER or condition in _OPPOSITES


def answered(condition: str, answers: Answers) -> bool | None:
    """What a condition says; None if that may be anything."""
    name, yes = known_as(condition, True)
    known = answers.get(name)
    return None if known is None else known is yes


def entries(path: EntryPath, always_with_irq: frozenset[str] = frozenset()) -> Iterator[Answers]:
    """What the conditions say, for each sort of code that a path can interrupt.

    A path of one of the classes `always_with_irq` interrupts code with interrupts on.
    """
    if path.whence is not Whence.KERNEL:
        yield FROM_USER
    if path.whence in {Whence.KERNEL, Whence.ANY}:
        for irqs_on in (True,) if path.interrupt_class in always_with_irq else (True, False):
            for idle in (False, True):
                yield {USER_REGS: False, IDLE_TASK: idle, IRQS_WERE_ON: irqs_on}
