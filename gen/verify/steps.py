"""What one step does to what it can see: the CPU it runs on, its task's variable, and its own frame.

All of that is one integer, a sum of the bits below. The CPU's part stays behind when a task is switched out,
the task's part goes with it, and a frame that was interrupted keeps only its own part.
"""

from __future__ import annotations

from collections.abc import Callable

from gen.verify.machine import Keep
from gen.verify.properties import Property

USER = 1 << 0  # the CPU's state is USER, otherwise KERNEL
WATCHING = 1 << 1  # RCU watches the CPU
CPU_SAVED_USER = 1 << 2  # the per-CPU variable holds USER
GUARD = 1 << 3  # the CPU's recursion guard is taken
CPU_BITS = USER | WATCHING | CPU_SAVED_USER | GUARD

TASK_SAVED_USER = 1 << 4  # the per-task variable holds USER
TASK_BITS = TASK_SAVED_USER
WORLD_BITS = CPU_BITS | TASK_BITS

ENTERED_USER = 1 << 5  # ghosts: USER and WATCHING as they were when the frame was entered
ENTERED_WATCHING = 1 << 6
HOLDS_GUARD = 1 << 7  # this frame took the guard, and its next change of state gives it back
REFUSED = 1 << 8  # this frame found the guard taken, so its next change of state does nothing
_CAME_IN = 9  # from here a ghost for each of the CPU's bits, see `came_in`
_FIRST_SLOT = 13  # from here two bits a slot: exception_enter() saved USER; nmi/irq_enter woke RCU

CAME_IN_BITS = CPU_BITS << _CAME_IN

Broken = frozenset[Property]
Change = Callable[[int], tuple[int, Broken]]

NOTHING: Broken = frozenset()
_I1, _I2R, _I2S, _I3, _I3B, _I4, _I5 = (
    frozenset({p})
    for p in (
        Property.I1,
        Property.I2R,
        Property.I2S,
        Property.I3,
        Property.I3B,
        Property.I4,
        Property.I5,
    )
)


def saved_bit(keep: Keep, slot: int) -> int:
    """The bit in which a bracket keeps that the state was USER."""
    if keep is Keep.FRAME:
        return 1 << (_FIRST_SLOT + 2 * slot)
    return TASK_SAVED_USER if keep is Keep.TASK else CPU_SAVED_USER


def woke_bit(slot: int) -> int:
    """The bit in which nmi/irq_enter remembers that RCU was not watching before."""
    return 2 << (_FIRST_SLOT + 2 * slot)


def entered(world: int) -> int:
    """The bits of a frame that has just been pushed onto `world`."""
    return (world & (USER | WATCHING)) << 5


def came_in(cpu: int) -> int:
    """The ghosts of a task that came in on a CPU with the bits `cpu`; only `summaries` has a use for them."""
    return cpu << _CAME_IN


def found_on_cpu(bits: int) -> int:
    """The bits of the CPU that a task came in on last; the inverse of `came_in`."""
    return (bits & CAME_IN_BITS) >> _CAME_IN


def user_exit(bits: int) -> tuple[int, Broken]:
    """The change to KERNEL, silent if that is the state already.

    ct_kernel_enter_state() toggles the parity of RCU's counter, so where RCU watched already it stops.
    """
    if not bits & USER:
        return bits, NOTHING
    bits ^= USER | WATCHING
    return bits, NOTHING if bits & WATCHING else _I5


def user_enter(bits: int) -> tuple[int, Broken]:
    """The change to USER, silent if that is the state already; the counterpart of `user_exit`."""
    if bits & USER:
        return bits, NOTHING
    bits ^= USER | WATCHING
    return bits, _I5 if bits & WATCHING else NOTHING


def strict_user_exit(bits: int) -> tuple[int, Broken]:
    """`user_exit` in code that asserts the state that it finds."""
    return user_exit(bits) if bits & USER else (bits, _I4)


def strict_user_enter(bits: int) -> tuple[int, Broken]:
    """`user_enter` in code that asserts the state that it finds."""
    return (bits, _I4) if bits & USER else user_enter(bits)


def unchanged(bits: int) -> tuple[int, Broken]:
    """What a change of state comes to under pt_regs for which the code leaves it out."""
    return bits, NOTHING


def guarded(change: Change, bits: int) -> tuple[int, Broken]:
    """A change of state under the recursion guard, which it gives back if this frame holds it.

    A frame that found the guard taken, or finds it taken now, changes nothing.
    """
    if bits & REFUSED:
        return bits & ~REFUSED, NOTHING
    if bits & HOLDS_GUARD:
        return change(bits & ~(HOLDS_GUARD | GUARD))
    return (bits, NOTHING) if bits & GUARD else change(bits)


def recursion_enter(bits: int) -> int:
    """Takes the recursion guard, or notes that it was refused."""
    return bits | REFUSED if bits & GUARD else bits | GUARD | HOLDS_GUARD


def rcu_in(bits: int, woke: int) -> int:
    """nmi_enter or irq_enter: RCU watches, and `woke` remembers whether it had to be woken."""
    return bits & ~woke if bits & WATCHING else bits | WATCHING | woke


def rcu_out(bits: int, woke: int) -> tuple[int, Broken]:
    """nmi_exit or irq_exit: RCU watches as it did before the matching `rcu_in`."""
    broken = NOTHING if bits & WATCHING else _I5
    return (bits & ~(WATCHING | woke) if bits & woke else bits), broken


def rcu_use(bits: int) -> Broken:
    """What RCU read sides and instrumentation need."""
    return NOTHING if bits & WATCHING else _I2R


def scheduling(bits: int) -> Broken:
    """What a scheduling point in a preemptible position needs."""
    return _I2S if bits & USER else NOTHING


def coming_in(bits: int) -> Broken:
    """What a task that is switched in needs of the CPU."""
    return NOTHING if bits & (USER | WATCHING) == WATCHING else _I3B


def returning(bits: int, to_user: bool) -> Broken:
    """What a frame owes to what it interrupted.

    RCU's parity is judged beside the state, not on top of it: a return that forgets to restore the state
    takes RCU along with it, which is one mistake and breaks I1. I5 is for RCU watching more, or less, than
    both the state and the frames below account for.
    """
    before, now = bits >> 5, bits
    broken = _I1 if (before ^ now) & USER else NOTHING
    if _surplus(before) != _surplus(now):
        broken |= _I5
    if to_user and now & (USER | WATCHING) != USER:
        broken |= _I3
    return broken


def _surplus(bits: int) -> bool:
    return bool(bits & USER) == bool(bits & WATCHING)
