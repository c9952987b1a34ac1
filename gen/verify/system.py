"""Tasks on CPUs: the states of a whole system, and its moves.

Choices that the semantics leave open, and what follows from them here:

- Idle CPUs take no interrupts; all that happens on them is that a ready task comes in.
- With migration off a task comes in only at its home: task i's is CPU i modulo their number.
- A spare task is what a task would be that was switched out earlier, so it stands behind the first scheduling
  point that user mode reaches without interruption, by the first kind that has one to be reached. If no kind
  has, it stands where one could be: in the first kind that goes back to USER, right before that.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple, TypeVar

from gen.verify import steps
from gen.verify.machine import Ct, Machine, Op
from gen.verify.semantics import RETURNED, Below, above, entries, nothing_below, step
from gen.verify.steps import CPU_BITS, NOTHING, TASK_BITS, WORLD_BITS, Broken
from gen.verify.tables import Tables, tables

_T = TypeVar("_T")

IDLE = -1
"""Stands for a task number on a CPU that runs none."""

ANYWHERE = -1
"""Stands for a CPU number as the home of a task that may come in on any."""

Frame = tuple[int, int]
"""The number of the node that is about to run, and the frame's own bits."""

Stack = tuple[Frame, ...]
"""Bottom first; empty in user mode."""


class Cpu(NamedTuple):
    """A CPU: its bits, and the task that it runs or IDLE."""

    bits: int
    task: int


class Task(NamedTuple):
    """A task: its bits, its home, and its stack."""

    bits: int
    home: int
    stack: Stack


class State(NamedTuple):
    """A system: its CPUs and its tasks."""

    cpus: tuple[Cpu, ...]
    tasks: tuple[Task, ...]


class Act(Enum):
    """What a move is; the value is the verb that tells it."""

    ENTER = "enters"
    STEP = "runs"
    LEAVE = "leaves"
    COME_IN = "comes in"


class Move(NamedTuple):
    """One move of a task on a CPU.

    `to` is the kind that is entered, or the node that a step goes on to (RETURNED from a frame); with it a
    move is unique among those of a state.
    """

    cpu: int
    task: int
    act: Act
    to: int


class Successor(NamedTuple):
    """A move, where it leads, and what it breaks; a move that breaks what is checked leads nowhere."""

    move: Move
    state: State
    broken: Broken


class _RunningMove(NamedTuple):
    """What a running task's move does to all the bits that it sees and to its stack."""

    act: Act
    to: int
    world: int
    stack: Stack
    broken: Broken


class System:
    """The systems of one machine whose stacks have at most `depth` frames.

    It remembers what a running task can do, which depends on the task and the bits of its CPU alone.
    """

    def __init__(self, machine: Machine, depth: int) -> None:
        self.tables = tables(machine)
        self._depth = depth
        self._migrate = machine.options.migrate
        self._running_moves: dict[tuple[int, Stack], tuple[_RunningMove, ...]] = {}

    def initial(self, tasks: int, cpus: int) -> State:
        """Task i in user mode on CPU i, spare CPUs idle in the kernel, spare tasks ready."""
        cpu_bits, task_bits = variables(self.tables)
        spare = spare_task(self.tables)
        homes = [ANYWHERE if self._migrate else task % cpus for task in range(tasks)]
        return State(
            tuple(
                Cpu(cpu_bits | steps.USER, cpu) if cpu < tasks else Cpu(cpu_bits | steps.WATCHING, IDLE)
                for cpu in range(cpus)
            ),
            tuple(Task(task_bits, home, ()) for home in homes[:cpus])
            + (tuple(Task(spare[0], home, (spare[1],)) for home in homes[cpus:]) if spare else ()),
        )

    def successors(self, state: State) -> Iterator[Successor]:
        """Every move of `state`."""
        for number, cpu in enumerate(state.cpus):
            if cpu.task == IDLE:
                yield from self._coming_in(state, number)
            else:
                yield from self._moving_on(state, number)

    def _coming_in(self, state: State, number: int) -> Iterator[Successor]:
        bits = state.cpus[number].bits
        running = {cpu.task for cpu in state.cpus}
        for index, task in enumerate(state.tasks):
            if index not in running and task.home in (ANYWHERE, number):
                after = State(_replaced(state.cpus, number, Cpu(bits, index)), state.tasks)
                yield Successor(Move(number, index, Act.COME_IN, 0), after, steps.coming_in(bits))

    def _moving_on(self, state: State, number: int) -> Iterator[Successor]:
        bits, index = state.cpus[number]
        task = state.tasks[index]
        for act, to, world, stack, broken in self._moves(bits | task.bits, task.stack):
            cpu = Cpu(world & CPU_BITS, IDLE if act is Act.LEAVE else index)
            moved = Task(world & TASK_BITS, task.home, stack)
            after = State(_replaced(state.cpus, number, cpu), _replaced(state.tasks, index, moved))
            yield Successor(Move(number, index, act, to), after, broken)

    def _moves(self, world: int, stack: Stack) -> tuple[_RunningMove, ...]:
        key = (world, stack)
        moves = self._running_moves.get(key)
        if moves is None:
            moves = self._running_moves[key] = tuple(self._new_moves(world, stack))
        return moves

    def _new_moves(self, world: int, stack: Stack) -> Iterator[_RunningMove]:
        if stack:
            node, own = stack[-1]
            under = stack[:-1]
            below = below_top(self.tables, stack)
            for to, bits, leaves, broken in step(self.tables, below, node, world | own):
                after = under if to == RETURNED else (*under, (to, bits & ~WORLD_BITS))
                yield _RunningMove(Act.LEAVE if leaves else Act.STEP, to, bits & WORLD_BITS, after, broken)
            kinds = entries(self.tables, below, node)
        else:
            kinds = self.tables.from_user
        if len(stack) < self._depth:
            for kind in kinds:
                frame = (self.tables.first_node[kind], steps.entered(world))
                yield _RunningMove(Act.ENTER, kind, world, (*stack, frame), NOTHING)


def below_top(tables: Tables, stack: Stack) -> Below:
    """What the frames below the top one of a stack pass up to it."""
    below = nothing_below(tables)
    for node, _ in stack[:-1]:
        below = above(tables, below, node)
    return below


def variables(tables: Tables) -> tuple[int, int]:
    """The bits of a CPU and of a task for what their variables hold at first."""
    if tables.machine.options.variable_initially is Ct.USER:
        return steps.CPU_SAVED_USER, steps.TASK_SAVED_USER
    return 0, 0


def spare_task(tables: Tables) -> tuple[int, Frame] | None:
    """The bits and the only frame of a spare task; None if no task can be ready."""
    walks = [_undisturbed(tables, kind) for kind in tables.from_user]
    ready = [spot for walk in walks for spot in walk if spot.leaves]
    ready += [spot for walk in walks for spot in walk if _goes_to_user(tables, spot)]
    if not ready:
        return None
    _, node, bits = ready[0]
    return bits & TASK_BITS, (node, bits & ~WORLD_BITS)


class _Spot(NamedTuple):
    """What a task that nothing hits comes by: whether it was just switched out, its node, and its bits."""

    leaves: bool
    node: int
    bits: int


def _undisturbed(tables: Tables, kind: int) -> list[_Spot]:
    """Where a task comes by, nearest first, from user mode through one entry, until it leaves or returns."""
    world = sum(variables(tables)) | steps.USER
    below = nothing_below(tables)
    spots = [_Spot(False, tables.first_node[kind], world | steps.entered(world))]
    for spot in spots:
        if not spot.leaves:
            for to, bits, leaves, broken in step(tables, below, spot.node, spot.bits):
                after = _Spot(leaves, to, bits)
                if to != RETURNED and not broken and after not in spots:
                    spots.append(after)
    return spots


def _goes_to_user(tables: Tables, spot: _Spot) -> bool:
    to_user = (Op.USER_ENTER, Op.USER_ENTER_IF_USER_REGS, Op.EXCEPTION_EXIT)
    return tables.nodes[spot.node].op in to_user and not spot.bits & steps.USER


def _replaced(items: tuple[_T, ...], index: int, item: _T) -> tuple[_T, ...]:
    return (*items[:index], item, *items[index + 1 :])
