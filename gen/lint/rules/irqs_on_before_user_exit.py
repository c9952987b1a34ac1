"""Interrupts that are let in before user_exit()."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gen.diagnostics import Diagnostic, Said, rule
from gen.lint.facts import ArchFacts
from gen.lint.order.entries import EntryReading, Exposed, Kind
from gen.lint.order.telling import before, in_paths, in_window, interrupts, loosely, related, told
from gen.lint.source import SourceFile
from gen.model.windows import Window


@rule()
def irqs_on_before_user_exit(found: Exposed) -> Said:
    """interrupts let in before user_exit()

    Between the entry and user_exit() the state says USER although the kernel runs. An interrupt that comes there finds
    pt_regs of the kernel and the USER state, and neither its handler nor its preemption makes it KERNEL, unless the
    port saves the state on the stack. user_exit_irqoff() also has to be called with interrupts off on every port.

        local_daif_restore(DAIF_PROCCTX);
        enter_from_user_mode(regs);

    Instead: open interrupts after user_exit().
    """
    return Said(
        f"{interrupts(found.classes)} are open from here on, {before(found.turn)}{in_paths(found.paths)}",
        "open interrupts after user_exit",
        related(found.turn, found),
    )


def on_entries(reading: EntryReading) -> Iterator[Diagnostic]:
    """One finding a call that lets them in."""
    yield from _found(reading.exposed)


def on_file(file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """The same for C that no spec describes, as far as it goes."""
    yield from _found(loosely(file, facts))


def _found(exposed: Iterable[Exposed]) -> Iterator[Diagnostic]:
    for each in in_window(exposed, Kind.IRQS_ON, Window.ENTRY):
        yield told(irqs_on_before_user_exit.at(each.span, each), each)
