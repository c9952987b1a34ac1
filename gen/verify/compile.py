"""An entry model as a machine: each path a kind of entry, each position one or a few nodes.

Paths whose programs are the same, and which the same things can interrupt, are one kind: arm64's exceptions from user
mode differ in their handlers' names only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import cast

from gen.diagnostics import Span
from gen.model import conditions
from gen.model.entry import IRQ, EntryModel, EntryPath, Handler, Step, Whence
from gen.model.graph import Ask, End, EntryEdge, Provenance
from gen.model.vocabulary import Effect
from gen.verify.machine import Edge, Exposure, Keep, Kind, Machine, Node, Op, Regs
from gen.verify.unfold import Masks, Position, unfold

_OWN_BRACKET = 8  # the slot of a bracket that a called function brings along, apart from those of the path


@dataclass(frozen=True)
class Origin:
    """Where a node comes from: the path, its item as text and place, and the sequences it was called through.

    What a path does not say itself, the parent's part of a new task, has no provenance.
    """

    path: EntryPath
    text: str
    span: Span
    via: tuple[str, ...]
    masks: Masks
    provenance: Provenance | None = None


Positions = Mapping[str, tuple[Position, ...]]
"""The positions of each path, by its name."""


@dataclass(frozen=True)
class Compiled:
    """A machine, which paths each of its kinds stands for, and the positions of each path."""

    machine: Machine
    paths: Mapping[str, tuple[EntryPath, ...]]
    positions: Positions


@dataclass(frozen=True)
class _Op:
    """One node to be: what it does, and what may be different there than at its position.

    One that `asks` goes on with the next of its position, or behind it.
    """

    op: Op
    text: str = field(compare=False)
    faults: bool = False
    keep: Keep = Keep.FRAME
    slot: int = 0
    unasked: bool = False
    asks: bool = False


@dataclass(frozen=True)
class _Program:
    """A path as nodes without exposures: its operations with their masks, and the edges between them."""

    path: EntryPath
    ops: tuple[_Op, ...]
    masks: tuple[Masks, ...]
    edges: tuple[tuple[Edge, ...], ...]
    origins: tuple[Origin, ...]


def positions_of(model: EntryModel) -> Positions:
    """The positions of each path. Raises TooLargeError."""
    return {name: unfold(model, path) for name, path in model.paths.items()}


def compile_model(model: EntryModel) -> Compiled:
    """The machine of a model that has passed the cross-checks. Raises TooLargeError.

    A new task is modelled as one that entered by a system call, slept, and leaves by the `fork` path. The idle task is
    left out: nothing that it runs returns to user mode.
    """
    positions = positions_of(model)
    programs = [_program(model, path, positions[name]) for name, path in model.paths.items()]
    groups: dict[object, list[_Program]] = {}
    for program in programs:
        groups.setdefault(_signature(model, program), []).append(program)
    chosen = {group[0].path.name: group[0] for group in groups.values()}
    exposure = _Exposures(model, [program.path for program in chosen.values()])
    kinds = tuple(_kind(model, program, exposure) for program in chosen.values())
    alike = {group[0].path.name: tuple(each.path for each in group) for group in groups.values()}
    return Compiled(Machine(kinds), alike, positions)


def _signature(model: EntryModel, program: _Program) -> object:
    path = program.path
    enters = path.interrupt_class if _hits_kernel(path) else ""
    return (enters, _from_user(path), _is_fault(model, path), program.ops, program.masks, program.edges)


def _from_user(path: EntryPath) -> bool:
    return path.whence is not Whence.KERNEL


def _hits_kernel(path: EntryPath) -> bool:
    return path.whence in {Whence.KERNEL, Whence.ANY}


def _is_fault(model: EntryModel, path: EntryPath) -> bool:
    return bool(path.interrupt_class) and model.classes[path.interrupt_class].synchronous


class _Exposures:
    """Which kinds are open at which masks."""

    def __init__(self, model: EntryModel, paths: list[EntryPath]) -> None:
        hitting = [path for path in paths if _hits_kernel(path)]
        self._faults = frozenset(path.name for path in hitting if _is_fault(model, path))
        self._interrupts = {path.name: path.interrupt_class for path in hitting if not _is_fault(model, path)}
        self._known: dict[tuple[Masks, bool], Exposure] = {}

    def at(self, masks: Masks, faults: bool) -> Exposure:
        """The exposure of a node with these masks, which can fault or not."""
        key = (masks, faults)
        if key not in self._known:
            free = frozenset(name for name, each in self._interrupts.items() if each not in masks.masked)
            opened = free | self._faults if faults else free
            counted = masks.hardirq + masks.nopreempt > 0  # both are parts of preempt_count
            self._known[key] = Exposure(opened, masks.hardirq > 0, counted)
        return self._known[key]

    def irq(self) -> str:
        """A kind that enters by the class `irq`, whose mask is what `irqs_were_on` asks about; empty if none does."""
        return next((name for name, each in self._interrupts.items() if each == IRQ), "")


def _kind(model: EntryModel, program: _Program, exposures: _Exposures) -> Kind:
    irq = exposures.irq()
    nodes = []
    for op, masks, edges, origin in zip(program.ops, program.masks, program.edges, program.origins, strict=True):
        exposure = exposures.at(masks, op.faults)
        named = tuple(_with_irq(edge, irq) for edge in edges)
        nodes.append(Node(op.op, named, exposure, exposure, op.keep, op.slot, op.unasked, origin))
    path = program.path
    return Kind(path.name, tuple(nodes), _from_user(path), _is_fault(model, path))


def _with_irq(edge: Edge, irq: str) -> Edge:
    """Edges ask about the class `irq` until it is known which kind enters by it."""
    if not edge.if_open and not edge.if_closed:
        return edge
    return replace(edge, if_open=irq if edge.if_open else "", if_closed=irq if edge.if_closed else "")


# From positions to operations.


def _program(model: EntryModel, path: EntryPath, positions: tuple[Position, ...]) -> _Program:
    prologue = _BEFORE_FORK if path.whence is Whence.FORK else ()
    masks, edges, origins = _prologue(model, path, prologue)
    ops = list(prologue)
    own = [_ops(model, position) for position in positions]
    first_node = list(accumulate((len(each) for each in own), initial=len(prologue)))
    for position, each in zip(positions, own, strict=True):
        for op in each:
            ops.append(op)
            masks.append(position.masks)
            behind = tuple(_edges(position, first_node)) if op.asks or op is each[-1] else ()
            edges.append(behind if op is each[-1] else (Edge(len(ops)), *behind))
            origins.append(_origin(path, op, position))
    return _Program(path, tuple(ops), tuple(masks), tuple(edges), tuple(origins))


def _origin(path: EntryPath, op: _Op, position: Position) -> Origin:
    node = position.node
    return Origin(path, op.text, position.item.span, node.via, position.masks, node.provenance)


_BEFORE_FORK = (
    _Op(Op.USER_EXIT, "the new task's parent enters the kernel"),
    _Op(Op.MAY_SCHEDULE, "the new task is scheduled in"),
)


def _prologue(
    model: EntryModel, path: EntryPath, ops: tuple[_Op, ...]
) -> tuple[list[Masks], list[tuple[Edge, ...]], list[Origin]]:
    """The parent's part of a new task, which nothing interrupts: it is another path's business to get there."""
    closed = Masks(frozenset(model.classes))
    edges: list[tuple[Edge, ...]] = [(Edge(number + 1),) for number in range(len(ops))]
    return [closed for _ in ops], edges, [Origin(path, op.text, path.span, (), closed) for op in ops]


def _edges(position: Position, first_node: list[int]) -> Iterator[Edge]:
    for edge in position.edges:
        answered = _answered(position, edge, first_node[edge.target])
        if answered is not None:
            yield answered


def _answered(position: Position, edge: EntryEdge, target: int) -> Edge | None:
    """The edge for an answer to a question; None if the answer cannot be."""
    if not isinstance(position.item, Ask) or edge.answer is None:
        return Edge(target)
    match conditions.known_as(position.item.condition, edge.answer):
        case (conditions.USER_REGS, yes):
            return Edge(target, Regs.USER if yes else Regs.KERNEL)
        case (conditions.IDLE_TASK, yes):
            return None if yes else Edge(target)
        case (conditions.IRQS_WERE_ON, yes):
            return Edge(target, if_open=IRQ) if yes else Edge(target, if_closed=IRQ)
        case _:
            return Edge(target)


def _ops(model: EntryModel, position: Position) -> tuple[_Op, ...]:
    item = position.item
    if not isinstance(item, Step):
        return (_Op(Op.PANIC if isinstance(item, End) else Op.BRANCH, str(item)),)
    return _MEANING.get(item.row.effect, _marker)(model, item, position.masks)


_Meaning = Callable[[EntryModel, Step, Masks], tuple[_Op, ...]]


def _marker(model: EntryModel, step: Step, masks: Masks) -> tuple[_Op, ...]:
    """A step that moves nothing; it stays a position, because something may hit it there.

    A tracepoint uses RCU if somebody traces, and is not reached in_nmi(), which is counted with in_interrupt().
    """
    if step.word in model.using_rcu and not masks.hardirq:
        return (_Op(Op.BRANCH, f"if: {step} is traced", asks=True), _Op(Op.RCU, str(step)))
    return (_Op(Op.BRANCH, str(step)),)


def _plain(op: Op) -> _Meaning:
    return lambda _, step, __: (_Op(op, str(step)),)


def _moves(op: Op) -> _Meaning:
    """A change of the state by the tree's own function, which may ask in_interrupt() first."""
    return lambda _, step, __: (_Op(op, str(step), unasked=step.row.unasked),)


def _pair(op: Op) -> _Meaning:
    """Half of the exception pair: it does nothing where offstack is selected."""
    return lambda model, step, _: (_Op(Op.BRANCH if model.offstack else op, str(step)),)


def _kept(op: Op) -> _Meaning:
    return lambda _, step, __: (_Op(op, str(step), keep=Keep(step.place)),)


def _rcu_in(_: EntryModel, step: Step, masks: Masks) -> tuple[_Op, ...]:
    return (_Op(Op.RCU_IN, str(step), slot=masks.watching),)


def _rcu_out(_: EntryModel, step: Step, masks: Masks) -> tuple[_Op, ...]:
    return (_Op(Op.RCU_OUT, str(step), slot=max(masks.watching - 1, 0)),)


def _work(_: EntryModel, step: Step, __: Masks) -> tuple[_Op, ...]:
    handler = cast(Handler, step.handler)
    uses = _Op(Op.RCU, f"{handler.name}()", faults=handler.faults)
    sleeps = _Op(Op.MAY_SCHEDULE, f"{handler.name}() may sleep", faults=handler.faults)
    return (uses, sleeps) if handler.schedules else (uses,)


def _code(_: EntryModel, step: Step, __: Masks) -> tuple[_Op, ...]:
    handler = cast(Handler, step.handler)
    return (_Op(Op.RCU if handler.uses_rcu else Op.BRANCH, f"{handler.name}()", faults=handler.faults),)


def _bracketed_schedule(model: EntryModel, step: Step, _: Masks) -> tuple[_Op, ...]:
    """A scheduling point that brings exception_enter() and exception_exit() along, unless offstack is selected."""
    inner = _Op(Op.MAY_SCHEDULE, f"{step.word}()")
    if model.offstack:
        return (inner,)
    return (
        _Op(Op.EXCEPTION_ENTER, f"{step.word}(): exception_enter", slot=_OWN_BRACKET),
        inner,
        _Op(Op.EXCEPTION_EXIT, f"{step.word}(): exception_exit", slot=_OWN_BRACKET),
    )


_MEANING: dict[Effect, _Meaning] = {
    Effect.USER_EXIT: _moves(Op.USER_EXIT),
    Effect.USER_EXIT_REENTRANT: _moves(Op.USER_EXIT_REENTRANT),
    Effect.USER_ENTER: _moves(Op.USER_ENTER),
    Effect.EXCEPTION_ENTER: _pair(Op.EXCEPTION_ENTER),
    Effect.EXCEPTION_EXIT: _pair(Op.EXCEPTION_EXIT),
    Effect.SAVE: _kept(Op.EXCEPTION_ENTER),
    Effect.RESTORE: _kept(Op.EXCEPTION_EXIT),
    Effect.RCU_IN: _rcu_in,
    Effect.RCU_OUT: _rcu_out,
    Effect.SOFTIRQS: _plain(Op.RCU),
    Effect.WORK: _work,
    Effect.CODE: _code,
    Effect.SCHEDULE: _plain(Op.MAY_SCHEDULE),
    Effect.SCHEDULE_USER: _bracketed_schedule,
    Effect.PREEMPT_IRQ: _bracketed_schedule,
    Effect.RETURN: _plain(Op.RETURN),
    Effect.PANIC: _plain(Op.PANIC),
}
