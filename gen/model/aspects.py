"""What an entry path does, by subject: the order of each can be looked at for itself."""

from __future__ import annotations

from enum import Enum

from gen.model.vocabulary import Effect


class Aspect(Enum):
    """A subject; the value is its name for users."""

    TRACKING = "tracking"
    RCU = "rcu"
    MASKS = "masks"
    LOCKDEP = "lockdep"
    INSTRUMENTATION = "instrumentation"
    NESTING = "nesting"
    SCHEDULING = "scheduling"


_OF = {
    Aspect.TRACKING: {
        Effect.USER_EXIT,
        Effect.USER_EXIT_REENTRANT,
        Effect.USER_ENTER,
        Effect.EXCEPTION_ENTER,
        Effect.EXCEPTION_EXIT,
    },
    Aspect.RCU: {Effect.RCU_IN, Effect.RCU_OUT},
    Aspect.MASKS: {Effect.MASK, Effect.UNMASK, Effect.INHERIT},
    Aspect.LOCKDEP: {Effect.BOOKKEEPING},
    Aspect.INSTRUMENTATION: {Effect.INSTRUMENTATION_BEGIN, Effect.INSTRUMENTATION_END},
    Aspect.NESTING: {Effect.HARDIRQ_ON, Effect.HARDIRQ_OFF, Effect.SOFTIRQS},
    Aspect.SCHEDULING: {Effect.SCHEDULE, Effect.SCHEDULE_USER, Effect.PREEMPT_IRQ},
}

MEANING = {
    Aspect.TRACKING: "what moves, keeps and restores the state of context tracking",
    Aspect.RCU: "what makes RCU watch by itself, such as ct_nmi_enter()",
    Aspect.MASKS: "which interrupts are closed and opened",
    Aspect.LOCKDEP: "what lockdep and the irqsoff tracer are told",
    Aspect.INSTRUMENTATION: "the brackets in which code may be instrumented, and what runs in the critical windows",
    Aspect.NESTING: "what counts hardirqs, NMIs and softirqs",
    Aspect.SCHEDULING: "where the task may be scheduled away",
}
"""Each in a phrase."""

_ASPECT = {effect: aspect for aspect, effects in _OF.items() for effect in effects}


def aspect_of(effect: Effect) -> Aspect | None:
    """The subject that an effect is of; None for a handler, an end, and what is not compared."""
    return _ASPECT.get(effect)
