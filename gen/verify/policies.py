"""Entry code by policy, and the commit message of Linux 179a9cf79212 as a table of it: what replays the argument.

An exception may hit the kernel between its entry and user_exit(), or between user_enter() and its return: pt_regs says
kernel there, the state says USER. A policy is how a handler gets by with that. Here are the machines that the policies
make; the verdicts are computed, and stand nowhere in this module.

"Offstack" is no policy of its own: it is every handler going by pt_regs, with the windows closed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from itertools import combinations

from gen.verify.machine import (
    ENDING_OPS,
    KEEPING_OPS,
    Edge,
    Exposure,
    Keep,
    Kind,
    Machine,
    Node,
    Op,
    Options,
    Regs,
)
from gen.verify.properties import RCU_SAFETY
from gen.verify.search import Run
from gen.verify.summaries import Proof
from gen.verify.verdict import verify


class Policy(Enum):
    """How a handler comes to KERNEL, and back to USER.

    NONE     it does not
    PT_REGS  both only if pt_regs says user mode
    FORCE    to KERNEL in any case, back only if pt_regs says user mode
    PER_CPU, PER_TASK, STACK  it saves the state and restores it, and this is where it is kept
    """

    NONE = "none"
    PT_REGS = "pt_regs"
    FORCE = "force"
    PER_CPU = "per-cpu"
    PER_TASK = "per-task"
    STACK = "stack"


class Window(Enum):
    """A critical window that is open: what may hit, and in which of the six steps of an entry.

    "2-3" is from the entry to user_exit(), "5-6" from user_enter() to the return.
    """

    EXCEPTION_2_3 = "exceptions in 2-3"
    IRQ_2_3 = "IRQs in 2-3"
    EXCEPTION_5_6 = "exceptions in 5-6"
    IRQ_5_6 = "IRQs in 5-6"


CLOSED: frozenset[Window] = frozenset()
ALL_WINDOWS = frozenset(Window)
EXCEPTION_WINDOWS = frozenset({Window.EXCEPTION_2_3, Window.EXCEPTION_5_6})
IRQ_WINDOWS = frozenset({Window.IRQ_2_3, Window.IRQ_5_6})


@dataclass(frozen=True)
class Handler:
    """What a handler does besides returning.

    `watches`: it uses RCU between nmi_enter() and nmi_exit(), or irq_enter() and irq_exit(), so that RCU watches
    whatever the state is.
    """

    policy: Policy
    watches: bool = False
    uses_rcu: bool = True
    schedules: bool = True


@dataclass(frozen=True)
class EntryCode:
    """The entry code of an architecture that has one handler for each thing that can hit it; None if nothing does.

    System calls are always there; they use RCU and schedule. Windows are open to NMIs whatever `windows` says.
    `preempt_off`: preemption is off in the windows. `early_return`: user_exit() and user_enter() do nothing
    in_interrupt(). `nesting`: exceptions may hit exceptions. `migration`: tasks may change the CPU.
    """

    exception: Handler | None = None
    irq: Handler | None = None
    nmi: Handler | None = None
    windows: frozenset[Window] = CLOSED
    preempt_off: bool = False
    early_return: bool = True
    nesting: bool = True
    migration: bool = True


def machine(code: EntryCode) -> Machine:
    """The machine of `code`: the kinds `syscall`, and `exception`, `irq` and `nmi` where there is a handler."""
    handlers = {"exception": code.exception, "irq": code.irq, "nmi": code.nmi}
    paths = [
        _Path("syscall", _SYSCALL, None),
        *(_Path(name, _ops(handler), handler) for name, handler in handlers.items() if handler),
    ]
    present = frozenset(path.name for path in paths)
    kinds = tuple(_kind(code, path, present) for path in paths)
    return Machine(kinds, Options(code.early_return, code.nesting, code.migration))


_Ops = tuple[Op, ...]

_SYSCALL: _Ops = (Op.USER_EXIT, Op.RCU, Op.MAY_SCHEDULE, Op.USER_ENTER, Op.RETURN)
_TO_KERNEL: dict[Policy, _Ops] = {
    Policy.NONE: (),
    Policy.PT_REGS: (Op.USER_EXIT_IF_USER_REGS,),
    Policy.FORCE: (Op.USER_EXIT_REENTRANT,),
}
_TO_USER: dict[Policy, _Ops] = {
    Policy.NONE: (),
    Policy.PT_REGS: (Op.USER_ENTER_IF_USER_REGS,),
    Policy.FORCE: (Op.USER_ENTER_IF_USER_REGS,),
}
_KEEPS = {Policy.PER_CPU: Keep.CPU, Policy.PER_TASK: Keep.TASK, Policy.STACK: Keep.FRAME}


def _ops(handler: Handler) -> _Ops:
    work: _Ops = (Op.RCU,) if handler.uses_rcu else ()
    if handler.watches:
        work = (Op.RCU_IN, *work, Op.RCU_OUT)
    schedule: _Ops = (Op.MAY_SCHEDULE,) if handler.schedules else ()
    if handler.policy in _KEEPS and handler.watches:
        # As IRQs do: the handler needs RCU only, and preempt_schedule_irq() brings the pair along.
        return (*work, Op.EXCEPTION_ENTER, *schedule, Op.EXCEPTION_EXIT, Op.RETURN)
    opening = _TO_KERNEL.get(handler.policy, (Op.EXCEPTION_ENTER,))
    closing = _TO_USER.get(handler.policy, (Op.EXCEPTION_EXIT,))
    return (*opening, *work, *schedule, *closing, Op.RETURN)


@dataclass(frozen=True)
class _Path:
    """A kind to be: its name, its steps, and the handler that they are of; a system call has none."""

    name: str
    ops: _Ops
    handler: Handler | None


def _kind(code: EntryCode, path: _Path, present: frozenset[str]) -> Kind:
    kept = _KEEPS.get(path.handler.policy, Keep.FRAME) if path.handler else Keep.FRAME
    user, kernel = (
        [_exposure(code, path, index, area, present) for index, area in enumerate(_areas(path.ops, regs))]
        for regs in (Regs.USER, Regs.KERNEL)
    )
    nodes = tuple(
        Node(
            op,
            () if op in ENDING_OPS else (Edge(index + 1),),
            user[index],
            kernel[index],
            kept if op in KEEPING_OPS else Keep.FRAME,
        )
        for index, op in enumerate(path.ops)
    )
    return Kind(path.name, nodes, fault=path.name == "exception")


# What may hit which position.


class _Area(Enum):
    """Where a position is: in a window, or where the handler takes itself to be safe."""

    FIRST = "2-3"
    SAFE = "3-5"
    LAST = "5-6"


_OPENING = frozenset({Op.USER_EXIT, Op.USER_EXIT_REENTRANT, Op.EXCEPTION_ENTER, Op.RCU_IN})
_CLOSING = frozenset({Op.USER_ENTER, Op.EXCEPTION_EXIT, Op.RCU_OUT})


def _areas(ops: _Ops, regs: Regs) -> list[_Area]:
    """The area of each position of a frame with such pt_regs; a step is in the area that it leaves.

    With kernel pt_regs what hangs on user pt_regs makes nothing safe, unless there is nothing else: then the code
    takes it on trust that it has interrupted KERNEL, which is the claim of offstack.
    """
    opening, closing = _OPENING, _CLOSING
    if regs is Regs.USER or opening.isdisjoint(ops):
        opening = opening | {Op.USER_EXIT_IF_USER_REGS}
        closing = closing | {Op.USER_ENTER_IF_USER_REGS}
    if opening.isdisjoint(ops):
        return [_Area.SAFE for _ in ops]
    areas, brackets = [], 0
    for index, op in enumerate(ops):
        ahead = not opening.isdisjoint(ops[index:])
        areas.append(_Area.SAFE if brackets else _Area.FIRST if ahead else _Area.LAST)
        brackets += (op in opening) - (op in closing)
    return areas


_SAFE_FOR = {
    "syscall": frozenset({"exception", "irq", "nmi"}),
    "exception": frozenset({"exception", "irq", "nmi"}),
    "irq": frozenset({"exception", "nmi"}),
    "nmi": frozenset({"exception"}),
}
_OPENS = {
    Window.EXCEPTION_2_3: ("exception", _Area.FIRST),
    Window.IRQ_2_3: ("irq", _Area.FIRST),
    Window.EXCEPTION_5_6: ("exception", _Area.LAST),
    Window.IRQ_5_6: ("irq", _Area.LAST),
}


def _opened(code: EntryCode, name: str, area: _Area) -> frozenset[str]:
    """What a position of the kind `name` is open to by its area."""
    if area is _Area.SAFE:
        return _SAFE_FOR[name]
    if name == "nmi":  # its body may fault, the code around nmi_enter() does not
        return frozenset()
    opened = frozenset(hits for hits, where in map(_OPENS.__getitem__, code.windows) if where is area)
    return (opened | {"nmi"}) & _SAFE_FOR[name]


def _exposure(code: EntryCode, path: _Path, index: int, area: _Area, present: frozenset[str]) -> Exposure:
    """What may hit a position, and the parts of preempt_count that its own frame holds there."""
    opened = _opened(code, path.name, area) & present
    op = path.ops[index]
    if path.name == "nmi":
        return Exposure(opened, hardirq=True, nopreempt=Op.MAY_SCHEDULE not in path.ops)
    if path.name == "irq" and op in (Op.RCU, Op.RCU_OUT):
        return Exposure(opened, hardirq=True, nopreempt=True)
    # Preemption is back on where a handler may schedule, or nothing would be asked there; below it may still be off.
    return Exposure(opened, nopreempt=code.preempt_off and area is not _Area.SAFE and op is not Op.MAY_SCHEDULE)


# The commit message.


@dataclass(frozen=True)
class Case:
    """One way to take a sentence: what is particular about it, and the entry code that puts it to the test."""

    label: str
    code: EntryCode


@dataclass(frozen=True)
class Sentence:
    """One step of the argument, in plain words, with the cases that it is about."""

    title: str
    claim: str
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Replayed:
    """What the engines say about some entry code.

    `proof` is for every depth and any number of tasks and CPUs. `run` is a shortest violating run in the smallest
    system that has one, `unsafe_run` the same for the properties that the safety of RCU hangs on; None if there is
    none.
    """

    machine: Machine
    proof: Proof
    run: Run | None
    rcu_safe: bool
    unsafe_run: Run | None

    @property
    def holds(self) -> bool:
        """Whether nothing is violated at any depth, with any number of tasks and CPUs."""
        return self.proof.holds


def replay(case: Case) -> Replayed:
    """Lets both engines judge `case`, all properties first and then the safety of RCU alone."""
    built = machine(case.code)
    whole = verify(built)
    safety = verify(built, RCU_SAFETY)
    return Replayed(built, whole.proof, whole.run, safety.holds, safety.run)


_BY_REGS = Handler(Policy.PT_REGS)
_NMI = Handler(Policy.NONE, watches=True, schedules=False)
_IRQ_ON_STACK = Handler(Policy.STACK, watches=True)

OFFSTACK = EntryCode(exception=_BY_REGS, irq=_BY_REGS)
"""Every handler goes by pt_regs, and every window is closed."""

ON_STACK = EntryCode(Handler(Policy.STACK), _IRQ_ON_STACK, _NMI, ALL_WINDOWS)
"""exception_enter() and exception_exit() with every window open, IRQs that may preempt, and NMIs."""

_WINDOWS_OPEN = tuple(
    frozenset(opened) for size in range(1, len(Window) + 1) for opened in combinations(tuple(Window), size)
)


def _in_windows(windows: frozenset[Window]) -> str:
    return ", ".join(window.value for window in Window if window in windows)


def _by_window(exception: Handler) -> tuple[Case, ...]:
    return tuple(
        Case(_in_windows(frozenset({window})), EntryCode(exception, windows=frozenset({window})))
        for window in (Window.EXCEPTION_2_3, Window.EXCEPTION_5_6)
    )


def _kept(policy: Policy) -> EntryCode:
    return EntryCode(Handler(policy), windows=ALL_WINDOWS)


_PER_CPU = _kept(Policy.PER_CPU)
_PER_TASK = _kept(Policy.PER_TASK)


NMIS: dict[str, Handler | None] = {
    "none": None,
    "nmi_enter": _NMI,
    "bare": Handler(Policy.NONE, schedules=False),
    "schedules": Handler(Policy.NONE, watches=True),
    "pt_regs": Handler(Policy.PT_REGS, watches=True, schedules=False),
    "user_exit": Handler(Policy.FORCE, watches=True, schedules=False),
}
"""What an NMI may be, for the command line: not there; inside nmi_enter() without context tracking; without it; inside
it but scheduling; by pt_regs; calling user_exit()."""

WINDOWS: dict[str, frozenset[Window]] = {
    "none": CLOSED,
    "all": ALL_WINDOWS,
    "exceptions": EXCEPTION_WINDOWS,
    "irqs": IRQ_WINDOWS,
    "exception-2-3": frozenset({Window.EXCEPTION_2_3}),
    "irq-2-3": frozenset({Window.IRQ_2_3}),
    "exception-5-6": frozenset({Window.EXCEPTION_5_6}),
    "irq-5-6": frozenset({Window.IRQ_5_6}),
}
"""Sets of open windows, for the command line."""

POLICY_NAMES = (*(policy.value for policy in Policy), "offstack")


def entry_code(policy: str, windows: frozenset[Window], nmi: str) -> EntryCode:
    """The entry code for a name in POLICY_NAMES, with these windows open and one of NMIS."""
    if policy == "offstack":
        code = replace(OFFSTACK, windows=windows)
    else:
        irq = _IRQ_ON_STACK if windows & IRQ_WINDOWS else None
        code = EntryCode(Handler(Policy(policy)), irq, windows=windows)
    handler = NMIS[nmi]
    return replace(code, nmi=handler, early_return=handler is None or handler.policy is Policy.NONE)


def _with_nmi(handler: Handler) -> EntryCode:
    """Offstack with an NMI, whose calls take effect: user_exit_irqoff() does not ask in_interrupt()."""
    return replace(OFFSTACK, nmi=handler, early_return=handler.policy is Policy.NONE)


_NMI_FORCES = tuple(
    Case(
        f"{'with' if watches else 'without'} nmi_enter(), {'schedules' if schedules else 'does not schedule'}",
        _with_nmi(Handler(Policy.FORCE, watches=watches, schedules=schedules)),
    )
    for watches in (True, False)
    for schedules in (False, True)
)

_IRQS_IN_WINDOWS = EntryCode(_BY_REGS, Handler(Policy.PT_REGS, watches=True), windows=IRQ_WINDOWS, preempt_off=True)


def _exception_in_windows(handler: Handler) -> EntryCode:
    return EntryCode(handler, windows=EXCEPTION_WINDOWS)


SENTENCES = (
    Sentence(
        "No context tracking",
        "An exception handler that leaves context tracking alone runs kernel code in the USER state.",
        (Case("all windows closed", EntryCode(Handler(Policy.NONE))),),
    ),
    Sentence(
        "By pt_regs",
        "Going by pt_regs alone goes wrong in the windows: pt_regs says kernel there, and the state says USER.",
        _by_window(_BY_REGS),
    ),
    Sentence(
        "Always to KERNEL",
        "Going to KERNEL in any case makes the handler safe, but pt_regs cannot tell it to go back to USER.",
        _by_window(Handler(Policy.FORCE)),
    ),
    Sentence(
        "A variable per CPU",
        "One variable a CPU cannot keep the state: a second exception overwrites it, a task that has moved finds "
        "another CPU's, and one that has slept finds what others left in it.",
        (
            Case("an exception hits an exception", replace(_PER_CPU, migration=False)),
            Case("migration alone", replace(_PER_CPU, nesting=False)),
            Case("scheduling alone", replace(_PER_CPU, nesting=False, migration=False)),
            Case("all three together", _PER_CPU),
        ),
    ),
    Sentence(
        "A variable per task",
        "One variable a task does not keep it either, because an exception may hit an exception handler.",
        (
            Case("handlers schedule", _PER_TASK),
            Case("handlers do not schedule", replace(_PER_TASK, exception=Handler(Policy.PER_TASK, schedules=False))),
        ),
    ),
    Sentence(
        "A variable per task, without nesting",
        "Nesting is all that is wrong with it: without, the variable travels with its task wherever that goes.",
        (Case("exceptions do not nest; scheduling and migration", replace(_PER_TASK, nesting=False)),),
    ),
    Sentence(
        "On the stack",
        "On the task's stack every exception has a place of its own, so that saving and restoring works however deep "
        "exceptions nest and wherever the task sleeps: this is exception_enter() and exception_exit().",
        (Case("all windows open, with IRQs and NMIs", ON_STACK),),
    ),
    Sentence(
        "On the stack, without the early return",
        "That takes the early return in_interrupt(): an IRQ or NMI on user mode makes RCU watch and leaves the state "
        "at USER, so that a user_exit() in an exception on top of it would turn RCU off.",
        (Case("no early return", replace(ON_STACK, early_return=False)),),
    ),
    Sentence(
        "Offstack",
        "Where neither exceptions nor IRQs can fire in the windows, pt_regs and the state always agree, and nothing "
        "has to be saved at all.",
        (Case("all windows closed", OFFSTACK),),
    ),
    Sentence(
        "Offstack, with a window open",
        "It takes all four: any window that is open to exceptions or to IRQs breaks it.",
        tuple(Case(_in_windows(windows), replace(OFFSTACK, windows=windows)) for windows in _WINDOWS_OPEN),
    ),
    Sentence(
        "NMI",
        "NMIs cannot be masked. In a window they do no harm if they leave context tracking alone and do not schedule.",
        (Case("nmi_enter(), no context tracking", _with_nmi(_NMI)),),
    ),
    Sentence(
        "NMI without nmi_enter()",
        "An NMI still has to tell RCU, which does not watch user mode.",
        (Case("no nmi_enter()", _with_nmi(replace(_NMI, watches=False))),),
    ),
    Sentence(
        "NMI that schedules",
        "An NMI that schedules may do so in the USER state.",
        (Case("nmi_enter(), schedules behind nmi_exit()", _with_nmi(replace(_NMI, schedules=True))),),
    ),
    Sentence(
        "NMI by pt_regs",
        "An NMI may move the state if pt_regs says user mode, where there is no window to be in: as x86 does for #DB "
        "and #MC.",
        (Case("by pt_regs, with nmi_enter()", _with_nmi(replace(_NMI, policy=Policy.PT_REGS))),),
    ),
    Sentence(
        "NMI that calls user_exit()",
        "An NMI that calls user_exit() whatever pt_regs says returns to a window in the wrong state, whatever else it "
        "does.",
        _NMI_FORCES,
    ),
    Sentence(
        "Preemption off instead of IRQs off",
        "Preemption off in the windows does as well as IRQs off, if the IRQ handler itself does irq_enter().",
        (
            Case("preemption off, irq_enter()", _IRQS_IN_WINDOWS),
            Case("preemption off, no irq_enter()", replace(_IRQS_IN_WINDOWS, irq=_BY_REGS)),
            Case("preemption on, irq_enter()", replace(_IRQS_IN_WINDOWS, preempt_off=False)),
        ),
    ),
    Sentence(
        "NMI-like exceptions",
        "An exception in a window is harmless if it is handled like an NMI, and only then.",
        (
            Case("nmi_enter(), no context tracking, does not schedule", _exception_in_windows(_NMI)),
            Case(
                "nmi_enter(), by pt_regs, does not schedule",
                _exception_in_windows(Handler(Policy.PT_REGS, watches=True, schedules=False)),
            ),
            Case("no nmi_enter()", _exception_in_windows(Handler(Policy.PT_REGS, schedules=False))),
            Case("nmi_enter(), schedules", _exception_in_windows(Handler(Policy.PT_REGS, watches=True))),
            Case(
                "nmi_enter(), calls user_exit()",
                _exception_in_windows(Handler(Policy.FORCE, watches=True, schedules=False)),
            ),
        ),
    ),
)
"""The commit message, sentence by sentence, with the paragraph about NMIs and what it implies."""
