"""What the top frame of a task may do next, given what it can see: its step, and what may hit it.

Both engines stand on this: `system` puts tasks and CPUs around it, `summaries` calls and returns.
"""

from __future__ import annotations

from typing import NamedTuple

from gen.verify import steps
from gen.verify.machine import Op
from gen.verify.steps import NOTHING, Broken
from gen.verify.tables import Place, Tables, kinds_of

RETURNED = -1
"""Stands for a node number where a frame is gone."""


class Below(NamedTuple):
    """What the frames below the top one pass up to it.

    `bottom`: there are none, so that pt_regs says user mode. `interrupts` is the mask of the kinds that all
    of them are open to. `silent`: one is in hardirq context, and user_exit() and user_enter() mind.
    `nopreempt`: one has preemption off. `unfaultable`: one is a fault's, and faults do not nest.
    """

    bottom: bool
    interrupts: int
    silent: bool
    nopreempt: bool
    unfaultable: bool


class Outcome(NamedTuple):
    """One way in which a step may end: the next node or RETURNED, the bits, and what the step broke.

    `leaves`: the task is switched out there. What breaks a property has no further future.
    """

    node: int
    bits: int
    leaves: bool
    broken: Broken


def nothing_below(tables: Tables) -> Below:
    """What is below the bottom frame: user mode, where anything may hit."""
    return Below(True, tables.interrupts, False, False, False)


def above(tables: Tables, below: Below, node: int) -> Below:
    """What a frame at `node` and all below it pass up to a frame on top."""
    options = tables.machine.options
    place = tables.places[below.bottom][node]
    return Below(
        False,
        below.interrupts & place.interrupts,
        below.silent or (place.hardirq and options.in_interrupt_returns_early),
        below.nopreempt or place.nopreempt,
        below.unfaultable or (place.is_fault and not options.exception_on_exception),
    )


def entries(tables: Tables, below: Below, node: int) -> tuple[int, ...]:
    """The kinds that may hit a top frame at `node`.

    An interrupt must find the whole stack open; a fault is raised by the code of the top frame alone.
    """
    place = tables.places[below.bottom][node]
    mask = place.interrupts & below.interrupts
    if place.faults and not above(tables, below, node).unfaultable:
        mask |= place.faults
    return kinds_of(mask)


def step(tables: Tables, below: Below, node: int, bits: int) -> tuple[Outcome, ...]:
    """Every way in which a frame's step at `node` may end; `bits` are those of `steps`.

    A scheduling point with preemption off is none: the task goes on, and nothing is asked of it. Elsewhere it
    ends in two ways, staying and leaving, and the property is checked for both.
    """
    place = tables.places[below.bottom][node]
    if place.op is Op.RETURN:
        return (Outcome(RETURNED, bits, False, steps.returning(bits, below.bottom)),)
    nodes = place.nodes
    if place.conditional:
        nodes += tuple(
            way.node
            for way in place.conditional
            if not way.if_open & ~below.interrupts and not way.if_closed & below.interrupts
        )
    if place.op is Op.MAY_SCHEDULE and not (below.nopreempt or place.nopreempt):
        broken = steps.scheduling(bits)
        return tuple(Outcome(after, bits, leaves, broken) for after in nodes for leaves in (False, True))
    early = below.silent or (place.hardirq and tables.machine.options.in_interrupt_returns_early)
    silent = early and not place.unasked
    bits, broken = _effect(place, bits, silent)
    return tuple(Outcome(after, bits, False, broken) for after in nodes)


def _effect(place: Place, bits: int, silent: bool) -> tuple[int, Broken]:
    """What a step that neither returns nor schedules does to the bits, and what it breaks.

    `silent`: user_exit() and user_enter() return before they look at anything, the state included; so a
    strict one does not warn there, and nobody takes the recursion guard.
    """
    if place.saves:
        bits = bits | place.saves if bits & steps.USER else bits & ~place.saves
    if place.change:
        wanted = not silent and (not place.if_saved or bits & place.if_saved)
        return steps.guarded(place.change if wanted else steps.unchanged, bits)
    match place.op:
        case Op.RCU:
            return bits, steps.rcu_use(bits)
        case Op.RCU_IN:
            return steps.rcu_in(bits, place.woke), NOTHING
        case Op.RCU_OUT:
            return steps.rcu_out(bits, place.woke)
        case Op.RECURSION_ENTER if not silent:
            return steps.recursion_enter(bits), NOTHING
        case _:
            return bits, NOTHING
