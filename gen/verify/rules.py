"""What the verifier finds, in words: the properties, and the requirements of the offstack help text."""

from __future__ import annotations

from collections.abc import Iterable

from gen.diagnostics import Related, Said, Severity, rule


def _said(what: str, where: str, mend: str, related: Iterable[Related]) -> Said:
    return Said(f"{what}, {where}" if where else what, mend, related)


@rule()
def state_restored(what: str, where: str, mend: str, related: Iterable[Related]) -> Said:
    """a return that leaves another state than it found

    Property I1. When a frame returns, context tracking has to say what it said when the frame was entered; otherwise
    the interrupted code goes on in the wrong state. The kernel prints nothing. Bookkeeping: KERNEL in user code keeps
    the tick on and makes vtime wrong; what follows may be worse.

    Instead: restore the state that was saved in this frame (exception_exit), or change it only for user pt_regs.
    """
    return _said(what, where, mend, related)


@rule()
def schedule_in_kernel_state(what: str, where: str, mend: str, related: Iterable[Related]) -> Said:
    """a scheduling point in the USER state

    Property I2s. schedule() in a preemptible position while the state says USER: the next task runs kernel code while
    RCU ignores the CPU. The kernel prints SCHED_WARN_ON(ct_state() == CT_STATE_USER). RCU-unsafe.

    Instead: user_exit before it (or schedule before user_enter), or schedule_user().
    """
    return _said(what, where, mend, related)


@rule()
def rcu_watching(what: str, where: str, mend: str, related: Iterable[Related]) -> Said:
    """RCU used where RCU does not watch

    Property I2r. A handler or instrumentation uses RCU while the state says USER and nothing told RCU to watch. The
    kernel prints "suspicious RCU usage ... illegal from extended quiescent state". RCU-unsafe.

    Instead: close the window, or have the handler call exception_enter() or ct_nmi_enter() first.
    """
    return _said(what, where, mend, related)


@rule()
def user_on_return(what: str, where: str, mend: str, related: Iterable[Related]) -> Said:
    """a return to user mode in the KERNEL state

    Property I3. Before user code runs the state has to be USER and RCU not watching. The kernel prints nothing: the
    tick stays on, and vtime is wrong. Bookkeeping.

    Instead: user_enter on every way to the return.
    """
    return _said(what, where, mend, related)


@rule()
def switch_in_kernel(what: str, where: str, mend: str, related: Iterable[Related]) -> Said:
    """a task switched in on a CPU in the USER state

    Property I3b. The CPU that a task comes in on has to be in the KERNEL state with RCU watching. The kernel prints
    nothing. RCU-unsafe.

    Instead: see schedule-in-kernel-state, which is the cause.
    """
    return _said(what, where, mend, related)


@rule()
def no_double_transition(what: str, where: str, mend: str, related: Iterable[Related]) -> Said:
    """user_exit in the KERNEL state, or user_enter in the USER state

    Property I4. The strict forms assert the state that they find. The kernel prints CT_WARN_ON in
    enter_from_user_mode. Bookkeeping.

    Instead: one transition on each way in and one on each way out.
    """
    return _said(what, where, mend, related)


@rule()
def watching_parity(what: str, where: str, mend: str, related: Iterable[Related]) -> Said:
    """RCU watches the other way round

    Property I5. user_exit and user_enter toggle what RCU watches; called where it is already so (inside ct_nmi_enter,
    say), they turn it round. The kernel prints WARN_ON_ONCE in ct_kernel_enter_state or ct_nmi_exit. RCU-unsafe.

    Instead: no context tracking in NMI-like code.
    """
    return _said(what, where, mend, related)


@rule()
def offstack_r3(what: str) -> Said:
    """preempt_schedule_irq() reachable in the USER state

    Requirement R3 of HAVE_CONTEXT_TRACKING_USER_OFFSTACK (arch/Kconfig). With offstack it no longer brings its own
    exception_enter().

    Instead: preempt only where the interrupted code ran with interrupts on, outside the windows.
    """
    return Said(what, "preempt only where the interrupted code can be preempted in the KERNEL state")


@rule()
def offstack_r4(what: str) -> Said:
    """critical entry code that can be preempted

    Requirement R4 of HAVE_CONTEXT_TRACKING_USER_OFFSTACK (arch/Kconfig). Code before user_exit and after user_enter
    has to be not preemptible, and better not interruptible.

    Instead: mask interrupts there, as the hardware does on entry.
    """
    return Said(what, "mask the class until user_exit, and again before user_enter")


@rule(Severity.WARNING)
def offstack_r6(what: str) -> Said:
    """critical entry code that can be instrumented

    Requirement R6 of HAVE_CONTEXT_TRACKING_USER_OFFSTACK (arch/Kconfig): no tracing, lockdep, kprobes or ftrace before
    user_exit and after user_enter, unless inside instrumentation_begin(). A warning as long as the code merely can be
    instrumented: `--strict` makes it an error. Code that certainly uses RCU there breaks rcu-watching.

    Instead: make the function noinstr (or __always_inline), or call it on the other side of user_exit or user_enter.
    """
    return Said(what, "make it noinstr, or move it after user_exit or before user_enter")


@rule()
def unbalanced_bracket(what: str, symbol: str) -> Said:
    """a bracket that is not closed, or not opened

    irq_enter_rcu, __nmi_enter, preempt_disable, ct_nmi_enter, ct_irq_enter and instrumentation_begin each count; a path
    that returns with one of them open leaves preempt_count or RCU's nesting wrong for good, and __nmi_exit() without
    __nmi_enter() is a BUG_ON.

    Instead: the closing step on every way to the return, and only there.
    """
    return Said(f"{symbol} {what}" if what.startswith("returns") else f"{what}, in {symbol}", "open and close in pairs")


@rule()
def irqs_on_at_irqoff(word: str, symbol: str) -> Said:
    """user_exit_irqoff or user_enter_irqoff with interrupts open

    The forms with that name have to be called with interrupts masked: an interrupt in the middle of the transition
    finds RCU and the state at odds. lockdep_assert_irqs_disabled() in __ct_user_enter() (kernel/context_tracking.c)
    warns of the one, nothing of the other.

    Instead: mask `irq` before it, or write the form without `_irqoff`, which masks and restores by itself.
    """
    return Said(f"`{word}` runs with `irq` open, in {symbol}", "mask `irq` before it")


@rule(Severity.WARNING)
def lockdep_told_too_early(word: str, symbols: tuple[str, ...]) -> Said:
    """user_enter while lockdep believes that interrupts are on

    __ct_user_enter() (kernel/context_tracking.c) asserts with lockdep that interrupts are off. lockdep believes what it
    was told last, whatever the CPU masks: with PROVE_LOCKING the kernel warns, once a boot, and nothing else comes of
    it. Nothing of the proof rests on it.

    Instead: lockdep_hardirqs_on() after user_enter, as the generic entry code has it; trace_hardirqs_on_prepare() is
    what has to come before.
    """
    where = symbols[0] if len(symbols) == 1 else f"{symbols[0]} and {len(symbols) - 1} more"
    return Said(
        f"`{word}` runs while lockdep believes that interrupts are on, in {where}",
        "call lockdep_hardirqs_on() after it, and trace_hardirqs_on_prepare() before",
    )


@rule()
def too_large(what: str) -> Said:
    """a spec too large to verify

    A path is unrolled to at most 20,000 positions, and a proof closed within 1,000,000 facts; real ones need a
    hundredth of that. The bound that was met is named, and nothing is claimed.

    Instead: move repeated steps to a sequence, or verify the paths in parts.
    """
    return Said(what, "nothing is proved; split the spec")


@rule()
def model_syntax(problem: str) -> Said:
    """a raw model that is not JSON

    `gen verify --model` reads the notation of positions with what is open at each, as JSON.

    Instead: a JSON object; docs/verify.md has an example.
    """
    return Said(problem, "docs/verify.md has an example")


@rule()
def model_invalid(problem: str) -> Said:
    """a raw model that says something else than the notation allows

    Keys, steps and kinds are fixed, so that a misspelt one is not silently without effect.

    Instead: what the message asks for.
    """
    return Said(problem, "docs/verify.md describes the notation")
