"""A made-up architecture of one entry path, and what is read from small C about it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import indent

from order_reading import Files, read_entries

from gen.diagnostics import Diagnostic, Sink
from gen.lint.order.entries import EntryReading, Outcome, PathReading
from gen.lint.rules import (
    instrumentable_after_user_enter,
    instrumentable_before_user_exit,
    irqs_on_after_user_enter,
    irqs_on_before_user_exit,
    schedule_in_user_state,
    spec_mismatch,
)
from gen.model.blocks import graph_of
from gen.model.compare import difference
from gen.model.conditions import entries
from gen.model.release import Release
from gen.recover.recover import open_with_irq
from gen.spec.archspec import ArchSpec
from gen.spec.loader import SpecLoader

RULES = (
    schedule_in_user_state,
    irqs_on_before_user_exit,
    irqs_on_after_user_enter,
    instrumentable_before_user_exit,
    instrumentable_after_user_enter,
    spec_mismatch,
)

FILE = "arch/toy/kernel/entry.c"
HEADER = "arch/toy/include/asm/entry.h"
NORETURN = frozenset({"panic", "BUG", "die", "stop_it"})
RELEASE = Release(6, 12)

SPEC = """\
spec: 1
arch: {arch}
title: "made up"
kernel: "6.12"
kconfig: {{file: arch/toy/Kconfig, symbol: TOY}}
offstack: {offstack}
evidence:
  - {{claim: it tracks, file: arch/toy/Kconfig, text: select}}
classes:
  irq: {{title: "interrupt", maskable: true}}
  sync: {{title: "exception", maskable: false, synchronous: true}}
conditions:
  work: "there is work"
  trouble: "something is wrong"
sequences:
  unused: {{title: "nothing", symbol: leave, file: arch/toy/kernel/entry.S, steps: [instrumentation_end]}}
paths:
  entry:
    title: "the path"
    kind: exception
    class: {entered_by}
    whence: {whence}
    masked: [irq]
    code: {code}
    noinstr: true
    symbol: {symbol}
    file: {file}
    steps:
{steps}
{more}"""

USUAL = """\
- lockdep_hardirqs_off
- user_exit_irqoff
- trace_hardirqs_off_finish
- unmask: [irq]
- work: {calls: do_work, faults: true, schedules: true}
- mask: [irq]
- trace_hardirqs_on_prepare
- user_enter_irqoff
- lockdep_hardirqs_on
- return
"""
"""What most tests describe."""

USUAL_C = """\
noinstr void do_entry(struct pt_regs *regs)
{
	lockdep_hardirqs_off(CALLER_ADDR0);
	user_exit_irqoff();
	trace_hardirqs_off_finish();
	local_irq_enable();
	do_work(regs);
	local_irq_disable();
	trace_hardirqs_on_prepare();
	user_enter_irqoff();
	lockdep_hardirqs_on(CALLER_ADDR0);
}
"""
"""The same in C; line 4 is user_exit_irqoff(), line 10 user_enter_irqoff()."""


def read_toy(folder: Path, tree: str = "linux", files: Mapping[str, str | None] | None = None) -> None:
    """Writes toy.yaml, of the usual path from user mode, and a tree of it with the C that the spec says.

    Some `files` have other texts, or are not there.
    """
    text = SPEC.format(
        arch="toy",
        offstack="true",
        entered_by="sync",
        whence="user",
        code="c",
        symbol="do_entry",
        file=FILE,
        steps=indent(USUAL, "      "),
        more="",
    )
    (folder / "toy.yaml").write_text(text)
    texts = {
        "Makefile": "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\nEXTRAVERSION =\n",
        "Kconfig": "",
        "arch/Kconfig": "config HAVE_CONTEXT_TRACKING_USER\n\tbool\n",
        "arch/toy/Kconfig": "config TOY\n\tdef_bool y\n\tselect HAVE_CONTEXT_TRACKING_USER\n",
        FILE: USUAL_C,
        **(files or {}),
    }
    for name, content in texts.items():
        if content is not None:
            (folder / tree / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / tree / name).write_text(content)


def spec(
    steps: str,
    *,
    arch: str = "toy",
    calls: str = "",
    offstack: bool = True,
    whence: str = "user",
    entered_by: str = "sync",
    code: str = "c",
    symbol: str = "do_entry",
    file: str = FILE,
    paths: str = "",
) -> ArchSpec:
    """The spec of the made-up architecture; `calls` and `paths` are what stands under these keys.

    By the name of another one, its hardware is that one's.
    """
    text = SPEC.format(
        arch=arch,
        offstack=str(offstack).lower(),
        entered_by=entered_by,
        whence=whence,
        code=code,
        symbol=symbol,
        file=file,
        steps=indent(steps, " " * 6),
        more=paths + (f"calls:\n{indent(calls, '  ')}" if calls else ""),
    )
    sink = Sink()
    loaded = SpecLoader(sink).parse("toy.yaml", text.encode())
    assert loaded is not None, [str(each.span) + each.message for each in sink.findings]
    return loaded


def read_all(described: ArchSpec, text: str, others: Mapping[str, str] | None = None) -> EntryReading:
    """What is read of a spec from its C file, and from other files by name."""
    files = {FILE: text, **(others or {})}
    return read_entries(described, RELEASE, Files(files.get), NORETURN)


def read(steps: str, text: str, others: Mapping[str, str] | None = None, **how: object) -> PathReading:
    """What is read of the path."""
    return read_all(spec(steps, **how), text, others).paths[0]  # type: ignore[arg-type]


def is_rebuilt(steps: str, text: str, others: Mapping[str, str] | None = None, **how: object) -> bool:
    """Whether the path is what the steps say; it has to be read at least, and its graph runs as its C does."""
    reading = read_all(spec(steps, **how), text, others)  # type: ignore[arg-type]
    found = reading.paths[0]
    assert found.outcome is not Outcome.NOT_REBUILT, found.reason
    rebuilt = found.outcome is Outcome.REBUILT
    assert rebuilt == runs_alike(reading)
    return rebuilt


def runs_alike(reading: EntryReading) -> bool:
    """Whether the path that was read runs as the spec's does."""
    model = reading.spec.model
    path = reading.paths[0].path
    one, other = (graph_of(model, each, 10_000) for each in (reading.model.paths[path.name], path))
    runs = entries(path, open_with_irq(model))
    return all(difference(one, other, answers, frozenset(path.masked)) is None for answers in runs)


def findings(reading: EntryReading) -> list[Diagnostic]:
    """What the rules about the order say."""
    return [found for rule in RULES for found in rule.on_entries(reading)]


def places(reading: EntryReading) -> list[tuple[str, int, int]]:
    """Rule, line and column of each finding, by place."""
    return sorted((each.rule, each.span.line, each.span.column) for each in findings(reading))
