"""The properties that entry code must have, and which of them the safety of RCU hangs on."""

from __future__ import annotations

from enum import Enum


class Property(Enum):
    """One thing that must be true at certain steps; the value is its short name.

    I1   at a return, the state is what it was when the frame was entered
    I2s  where a preemptible position may schedule, the state is KERNEL
    I2r  where RCU is used, RCU is watching
    I3   at a return to user mode, the state is USER and RCU is not watching
    I3b  where a task comes in on a CPU, the state is KERNEL and RCU is watching
    I4   a strict user_exit() finds USER, user_enter() finds KERNEL
    I5   user_exit() leaves RCU watching and user_enter() does not, nmi/irq_exit finds it watching, and a
         return leaves it as it was when the frame was entered
    """

    I1 = "I1"
    I2S = "I2s"
    I2R = "I2r"
    I3 = "I3"
    I3B = "I3b"
    I4 = "I4"
    I5 = "I5"

    @property
    def rule(self) -> str:
        """The id under which findings are reported."""
        return _RULES[self]


_RULES = {
    Property.I1: "state-restored",
    Property.I2S: "schedule-in-kernel-state",
    Property.I2R: "rcu-watching",
    Property.I3: "user-on-return",
    Property.I3B: "switch-in-kernel",
    Property.I4: "no-double-transition",
    Property.I5: "watching-parity",
}

ALL_PROPERTIES = frozenset(Property)
RCU_SAFETY = frozenset({Property.I2S, Property.I2R, Property.I3B, Property.I5})
BOOKKEEPING = ALL_PROPERTIES - RCU_SAFETY
