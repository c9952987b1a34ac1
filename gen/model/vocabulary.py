"""The vocabulary: one row a word that a step can be, with what it means and may do; what it is in C is in the facts.

A word is the name that the newest release gives the call, so that nobody has to learn a second one; the facts say what
older releases call it. To add a step, add a row here, and its C there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from gen.diagnostics import Span
from gen.facts.loader import ConditionText, WordText, condition_texts, renames, word_texts
from gen.model.release import Release, spelled


class Takes(Enum):
    """What is written after a word in a spec."""

    NOTHING = "nothing"
    CLASSES = "a list of interrupt classes"
    HANDLER = "the handler it calls"
    PLACE = "where the state is kept: cpu or task"


class Effect(Enum):
    """What a step does to the machine that `gen verify` explores; the names are those of its semantics."""

    USER_EXIT = "user_exit"
    USER_EXIT_REENTRANT = "user_exit_reentrant"
    USER_ENTER = "user_enter"
    EXCEPTION_ENTER = "exception_enter"
    EXCEPTION_EXIT = "exception_exit"
    SAVE = "save"
    RESTORE = "restore"
    RCU_IN = "rcu_in"
    RCU_OUT = "rcu_out"
    HARDIRQ_ON = "hardirq_on"
    HARDIRQ_OFF = "hardirq_off"
    SOFTIRQS = "softirqs"
    PREEMPT_OFF = "preempt_off"
    PREEMPT_ON = "preempt_on"
    MASK = "mask"
    UNMASK = "unmask"
    INHERIT = "inherit"
    BOOKKEEPING = "bookkeeping"
    INSTRUMENTATION_BEGIN = "instrumentation_begin"
    INSTRUMENTATION_END = "instrumentation_end"
    WORK = "work"
    CODE = "code"
    SCHEDULE = "schedule"
    SCHEDULE_USER = "schedule_user"
    PREEMPT_IRQ = "preempt_irq"
    RETURN = "return"
    PANIC = "panic"


TO_KERNEL = frozenset({Effect.USER_EXIT, Effect.USER_EXIT_REENTRANT})
TO_USER = frozenset({Effect.USER_ENTER})
"""What moves the state of context tracking outright, and does not only save or restore it."""

PAIR = frozenset({Effect.EXCEPTION_ENTER, Effect.EXCEPTION_EXIT})
"""What saves the state in a frame, and restores it."""


@dataclass(frozen=True)
class Word:
    """One row of the vocabulary.

    Its C is in the facts; the renderer spells handlers and masks, and some words have no C at all. A `tracking` word
    goes through a wrapper in the rendered header, which does `c_off` when context tracking is configured out. A
    `traceable` word calls code that
    ftrace, kprobes or lockdep may instrument, which requirement R6 does not want in a critical window. An `unasked`
    word changes the state in_interrupt(), too, and has interrupts masked by its caller; user_exit() and user_enter()
    ask, return early there, and mask them. Some tell lockdep that interrupts are on, or off.
    """

    name: str
    effect: Effect
    meaning: str
    takes: Takes = Takes.NOTHING
    tracking: bool = False
    traceable: bool = False
    renders: bool = True
    unasked: bool = False
    tells_lockdep: bool | None = None

    @property
    def c(self) -> str:
        """The call as the newest release writes it, one line a statement; empty where it is not one text."""
        return "\n".join(self._text.c)

    @property
    def c_off(self) -> str:
        """What a wrapper of it does when context tracking is configured out."""
        return self._text.otherwise

    @property
    def headers(self) -> tuple[str, ...]:
        """What declares the names in it."""
        return self._text.headers

    @property
    def _text(self) -> WordText:
        return word_texts().get(self.name, _NO_TEXT)

    def statements(self, release: Release) -> tuple[str, ...]:
        """The C statements of this word in `release`, without indentation."""
        return tuple(_respelled(line, release) for line in self._text.c)


_NO_TEXT = WordText(word="", c=())

_ROWS = (
    # The state, include/linux/context_tracking.h.
    Word(
        "user_exit_irqoff",
        Effect.USER_EXIT,
        "USER to KERNEL with interrupts masked; warns unless the state is USER",
        tracking=True,
        unasked=True,
    ),
    Word(
        "user_exit",
        Effect.USER_EXIT_REENTRANT,
        "to KERNEL, interrupts in any state; nothing happens if it is KERNEL already",
        tracking=True,
        traceable=True,
    ),
    Word(
        "user_exit_callable",
        Effect.USER_EXIT_REENTRANT,
        "to KERNEL, as assembly calls it",
        tracking=True,
        traceable=True,
    ),
    Word("user_enter_irqoff", Effect.USER_ENTER, "KERNEL to USER with interrupts masked", tracking=True, unasked=True),
    Word("user_enter", Effect.USER_ENTER, "KERNEL to USER, interrupts in any state", tracking=True, traceable=True),
    Word(
        "user_enter_callable", Effect.USER_ENTER, "KERNEL to USER, as assembly calls it", tracking=True, traceable=True
    ),
    Word("exception_enter", Effect.EXCEPTION_ENTER, "keeps the state in this frame and goes to KERNEL", traceable=True),
    Word("exception_exit", Effect.EXCEPTION_EXIT, "goes back to the state kept in this frame", traceable=True),
    Word(
        "save",
        Effect.SAVE,
        "keeps the state where an exception on this one overwrites it; for `gen verify` only",
        takes=Takes.PLACE,
        renders=False,
    ),
    Word(
        "restore",
        Effect.RESTORE,
        "goes back to the state kept by `save`; for `gen verify` only",
        takes=Takes.PLACE,
        renders=False,
    ),
    # RCU watches although the state stays, kernel/context_tracking.c.
    Word("ct_nmi_enter", Effect.RCU_IN, "RCU watches from here, whatever the state"),
    Word("ct_nmi_exit", Effect.RCU_OUT, "RCU watches as it did before"),
    Word("ct_irq_enter", Effect.RCU_IN, "the same for an interrupt"),
    Word("ct_irq_exit", Effect.RCU_OUT, "the same for an interrupt"),
    # The preempt count, include/linux/hardirq.h and include/linux/preempt.h.
    Word("irq_enter_rcu", Effect.HARDIRQ_ON, "in_interrupt() from here", traceable=True),
    Word("irq_exit_rcu", Effect.SOFTIRQS, "no longer in_interrupt(); softirqs may run, which use RCU", traceable=True),
    Word("__nmi_enter", Effect.HARDIRQ_ON, "in_nmi() from here"),
    Word("__nmi_exit", Effect.HARDIRQ_OFF, "no longer in_nmi()"),
    Word("preempt_disable", Effect.PREEMPT_OFF, "may not be preempted", traceable=True),
    Word("preempt_enable_no_resched", Effect.PREEMPT_ON, "may be preempted again, but not here", traceable=True),
    # What is masked.
    Word("mask", Effect.MASK, "closes interrupt classes", takes=Takes.CLASSES),
    Word("unmask", Effect.UNMASK, "opens interrupt classes", takes=Takes.CLASSES),
    Word("inherit", Effect.INHERIT, "opens those that the interrupted code had open", takes=Takes.CLASSES),
    # Hardirq tracing and lockdep, include/linux/irqflags.h.
    Word("lockdep_hardirqs_off", Effect.BOOKKEEPING, "tells lockdep that interrupts are off", tells_lockdep=False),
    Word("lockdep_hardirqs_on", Effect.BOOKKEEPING, "tells lockdep that interrupts go on", tells_lockdep=True),
    Word("lockdep_hardirqs_on_prepare", Effect.BOOKKEEPING, "does the part of it that uses RCU", traceable=True),
    Word("lockdep_hardirq_enter", Effect.BOOKKEEPING, "lockdep's hardirq context"),
    Word("lockdep_hardirq_exit", Effect.BOOKKEEPING, "leaves it"),
    Word("trace_hardirqs_off_finish", Effect.BOOKKEEPING, "the irqsoff tracer, after lockdep", traceable=True),
    Word("trace_hardirqs_on_prepare", Effect.BOOKKEEPING, "the irqsoff tracer, before lockdep", traceable=True),
    Word("trace_hardirqs_off", Effect.BOOKKEEPING, "tracer and lockdep at once", traceable=True, tells_lockdep=False),
    Word("trace_hardirqs_on", Effect.BOOKKEEPING, "tracer and lockdep at once", traceable=True, tells_lockdep=True),
    Word("instrumentation_begin", Effect.INSTRUMENTATION_BEGIN, "what follows may be instrumented"),
    Word("instrumentation_end", Effect.INSTRUMENTATION_END, "what follows may not"),
    # What the kernel is entered for.
    Word(
        "work",
        Effect.WORK,
        "a handler: uses RCU, is instrumented, and faults or schedules if it says so",
        takes=Takes.HANDLER,
        traceable=True,
    ),
    Word("code", Effect.CODE, "code that does none of that, unless it says so", takes=Takes.HANDLER),
    Word("schedule", Effect.SCHEDULE, "a plain scheduling point", traceable=True),
    Word(
        "schedule_user",
        Effect.SCHEDULE_USER,
        "a scheduling point inside exception_enter() and exception_exit()",
        tracking=True,
        traceable=True,
    ),
    Word(
        "preempt_schedule_irq",
        Effect.PREEMPT_IRQ,
        "preemption on the way out of an interrupt; brings its own exception_enter() unless offstack is selected",
        traceable=True,
    ),
    Word("panic", Effect.PANIC, "does not return", traceable=True),
    Word("return", Effect.RETURN, "leaves by pt_regs"),
)

WORDS: dict[str, Word] = {row.name: row for row in _ROWS}
"""The vocabulary by word."""


def _respelled(line: str, release: Release) -> str:
    for name in renames():
        if name in line:
            line = line.replace(name, spelled(name, release))
    return line


@dataclass(frozen=True)
class Condition:
    """A question that a branch or loop asks."""

    name: str
    meaning: str
    span: Span = field(default=Span(""), compare=False)

    @property
    def c(self) -> str:
        """What asks it in C; empty where the port answers it in a function of its own."""
        return self._text.c

    @property
    def headers(self) -> tuple[str, ...]:
        """What declares the names in it."""
        return self._text.headers

    @property
    def _text(self) -> ConditionText:
        return condition_texts().get(self.name, _NOT_ASKED)


_NOT_ASKED = ConditionText(condition="", c="")

CONDITIONS: dict[str, Condition] = {
    row.name: row
    for row in (
        Condition("user_regs", "pt_regs says user mode"),
        Condition("kernel_regs", "pt_regs says kernel mode"),
        Condition("irqs_were_on", "the interrupted code ran with interrupts on"),
        Condition("need_resched", "TIF_NEED_RESCHED is set"),
        Condition("idle_task", "the idle task was interrupted"),
    )
}
"""Conditions that every port has; its spec may add more, which the port's own code answers."""
