"""A run as a table: one row a move, with what every CPU does and what context tracking and RCU make of it."""

from __future__ import annotations

from dataclasses import dataclass

from gen.verify import steps
from gen.verify.machine import KEEPING_OPS, Ct, Keep, Kind, Node
from gen.verify.properties import Property
from gen.verify.search import Run
from gen.verify.system import IDLE, Act, Cpu, Move, Stack, State, Successor, System
from gen.verify.tables import Tables


@dataclass(frozen=True, slots=True)
class FrameView:
    """A frame: its kind, the node that it is about to run, and whether pt_regs says user mode."""

    kind: Kind
    node: Node
    user_regs: bool


@dataclass(frozen=True, slots=True)
class CpuView:
    """A CPU: its task (None if idle) and that one's frames, bottom first; no frames is user mode.

    `saved` is the per-CPU variable, `guard` whether the recursion guard is taken.
    """

    task: int | None
    frames: tuple[FrameView, ...]
    ct: Ct
    watching: bool
    saved: Ct
    guard: bool


@dataclass(frozen=True, slots=True)
class Row:
    """What is after a move; the first row has no move and shows the initial state.

    `entered` is the kind that an ENTER pushes; `ran` the frame that a STEP or LEAVE is of, as it was before.
    `kept` is where that step saved or looked up the state, and the value. `saved_by_task` has every task's
    variable. Where `broken` is not empty, the row shows what a kernel without this property would go on with.
    """

    number: int
    move: Move | None
    entered: Kind | None
    ran: FrameView | None
    kept: tuple[Keep, Ct] | None
    cpus: tuple[CpuView, ...]
    saved_by_task: tuple[Ct, ...]
    broken: frozenset[Property]


def timeline(run: Run) -> tuple[Row, ...]:
    """The rows of `run`, one more than it has moves. Raises ValueError where a move cannot be made."""
    system = System(run.machine, run.depth)
    state = system.initial(run.tasks, run.cpus)
    rows = [Row(0, None, None, None, None, *_views(system.tables, state), frozenset())]
    for number, move in enumerate(run.moves, 1):
        successor = _made(system, state, move, number)
        broken = run.broken if number == len(run.moves) else frozenset()
        if not broken <= successor.broken:
            raise ValueError(f"move {number} does not break what the run says")
        entered = run.machine.kinds[move.to] if move.act is Act.ENTER else None
        ran = _frame_that_runs(system.tables, state, move)
        state = successor.state
        kept = _kept(ran.node, state, move) if ran else None
        rows.append(Row(number, move, entered, ran, kept, *_views(system.tables, state), broken))
    return tuple(rows)


def _made(system: System, state: State, move: Move, number: int) -> Successor:
    for successor in system.successors(state):
        if successor.move == move:
            return successor
    raise ValueError(f"move {number} cannot be made")


def _views(tables: Tables, state: State) -> tuple[tuple[CpuView, ...], tuple[Ct, ...]]:
    cpus = tuple(_cpu_view(tables, cpu, state) for cpu in state.cpus)
    return cpus, tuple(_ct(task.bits, steps.TASK_SAVED_USER) for task in state.tasks)


def _cpu_view(tables: Tables, cpu: Cpu, state: State) -> CpuView:
    return CpuView(
        None if cpu.task == IDLE else cpu.task,
        () if cpu.task == IDLE else _frames(tables, state.tasks[cpu.task].stack),
        _ct(cpu.bits, steps.USER),
        bool(cpu.bits & steps.WATCHING),
        _ct(cpu.bits, steps.CPU_SAVED_USER),
        bool(cpu.bits & steps.GUARD),
    )


def _frames(tables: Tables, stack: Stack) -> tuple[FrameView, ...]:
    return tuple(
        FrameView(tables.machine.kinds[tables.kind_of_node[node]], tables.nodes[node], index == 0)
        for index, (node, _) in enumerate(stack)
    )


def _frame_that_runs(tables: Tables, state: State, move: Move) -> FrameView | None:
    if move.act not in (Act.STEP, Act.LEAVE):
        return None
    return _frames(tables, state.tasks[move.task].stack)[-1]


def _kept(node: Node, state: State, move: Move) -> tuple[Keep, Ct] | None:
    """What a node that saves wrote, or what one that restores read and left as it was."""
    if node.op not in KEEPING_OPS:
        return None
    task = state.tasks[move.task]
    bits = state.cpus[move.cpu].bits | task.bits | task.stack[-1][1]
    return node.keep, _ct(bits, steps.saved_bit(node.keep, node.slot))


def _ct(bits: int, bit: int) -> Ct:
    return Ct.USER if bits & bit else Ct.KERNEL
