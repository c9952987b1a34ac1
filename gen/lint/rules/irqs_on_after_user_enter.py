"""Interrupts that can come after user_enter()."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gen.diagnostics import Diagnostic, Said, rule
from gen.lint.facts import ArchFacts
from gen.lint.order.entries import EntryReading, Exposed, Kind
from gen.lint.order.telling import behind, in_paths, in_window, interrupts, loosely, related, told
from gen.lint.source import SourceFile
from gen.model.windows import Window


@rule()
def irqs_on_after_user_enter(found: Exposed) -> Said:
    """interrupts that can come after user_enter()

    Between user_enter() and the return the state says USER although the kernel runs, with work that is checked no
    more. An interrupt that comes there finds pt_regs of the kernel and the USER state; see irqs-on-before-user-exit.
    user_enter_irqoff() also has to be called with interrupts off on every port.

        __exit_to_user_mode();
        local_irq_enable();

    Instead: mask interrupts before user_enter(), and leave them masked up to the return.
    """
    if found.turn is not None and found.turn.span == found.span:
        what = f"{interrupts(found.classes)} are open when {found.turn.name}() is called"
    else:
        what = f"{interrupts(found.classes)} are open from here on, {behind(found.turn)}"
    return Said(
        f"{what}{in_paths(found.paths)}",
        "mask interrupts before user_enter, up to the return",
        related(found.turn if found.turn and found.turn.span != found.span else None, found),
    )


def on_entries(reading: EntryReading) -> Iterator[Diagnostic]:
    """One finding a call that lets them in, or a user_enter() that finds them open."""
    yield from _found(reading.exposed)


def on_file(file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """The same for C that no spec describes, as far as it goes."""
    yield from _found(loosely(file, facts))


def _found(exposed: Iterable[Exposed]) -> Iterator[Diagnostic]:
    for each in in_window(exposed, Kind.IRQS_ON, Window.EXIT):
        yield told(irqs_on_after_user_enter.at(each.span, each), each)
