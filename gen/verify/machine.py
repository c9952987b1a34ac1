"""The entry code of one architecture as a machine: kinds of entry, each a small control-flow graph.

A machine says what the code does and what may interrupt it where; `semantics` says what that means.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum


class Ct(IntEnum):
    """What context tracking believes that a CPU runs."""

    KERNEL = 0
    USER = 1


class Op(Enum):
    """One atomic step of entry code; the value is the word of the notation."""

    USER_EXIT = "user_exit"
    USER_EXIT_REENTRANT = "user_exit_reentrant"
    USER_EXIT_IF_USER_REGS = "user_exit_if_user_regs"
    USER_EXIT_IF_PREV = "user_exit_if_prev"
    USER_ENTER = "user_enter"
    USER_ENTER_IF_USER_REGS = "user_enter_if_user_regs"
    EXCEPTION_ENTER = "exception_enter"
    EXCEPTION_ENTER_PEEK = "exception_enter_peek"
    EXCEPTION_EXIT = "exception_exit"
    RECURSION_ENTER = "recursion_enter"
    RCU_IN = "rcu_in"
    RCU_OUT = "rcu_out"
    RCU = "rcu"
    MAY_SCHEDULE = "may_schedule"
    BRANCH = "branch"
    PANIC = "panic"
    RETURN = "return"


class Keep(Enum):
    """Where exception_enter() keeps the state that exception_exit() restores."""

    FRAME = "frame"
    TASK = "task"
    CPU = "cpu"


class Regs(Enum):
    """Which pt_regs an edge asks for; a frame has user pt_regs iff it is the bottom one of its stack."""

    ANY = "any"
    USER = "user_regs"
    KERNEL = "kernel_regs"


KEEPING_OPS = frozenset({Op.EXCEPTION_ENTER, Op.EXCEPTION_ENTER_PEEK, Op.USER_EXIT_IF_PREV, Op.EXCEPTION_EXIT})
"""The ops that read or write a saved state, and so mean something by `Node.keep`."""

ENDING_OPS = frozenset({Op.RETURN, Op.PANIC})
"""The ops that nothing follows in the same frame."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What may hit a frame that is about to run a node, and what in_interrupt() and preemptible() say."""

    open: frozenset[str] = frozenset()
    hardirq: bool = False
    nopreempt: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A way on from a node: the index of the next one in the same kind, and what it asks for.

    `regs` is about this frame. `if_open` and `if_closed` name an interrupt kind, and the edge is there only
    if the interrupted code was open, or closed, to it; user mode is open to everything.
    """

    target: int
    regs: Regs = Regs.ANY
    if_open: str = ""
    if_closed: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One position: its step, where the code may go on, and its exposure under either pt_regs.

    Several edges that the same pt_regs allow are a choice that the model leaves open. `slot` tells apart
    the saved values, and the rcu_in/rcu_out pairs, of brackets that nest within one frame. An `unasked` change is
    made in_interrupt(), too: user_exit_irqoff() does not ask. `origin` is the caller's own (a source place, say):
    nothing here looks at it.
    """

    op: Op
    edges: tuple[Edge, ...] = ()
    user: Exposure = Exposure()
    kernel: Exposure = Exposure()
    keep: Keep = Keep.FRAME
    slot: int = 0
    unasked: bool = False
    origin: object = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entry; a frame of it starts at node 0.

    `from_user`: user mode may be hit by it (kernel positions name it in their exposure instead).
    `fault`: a synchronous exception, for which the top frame alone decides; anything else needs every
    frame of the stack to be open to it, as interrupts do.
    """

    name: str
    nodes: tuple[Node, ...]
    from_user: bool = True
    fault: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """What differs between releases and policies rather than between positions.

    `in_interrupt_returns_early`: user_exit() and user_enter() do nothing in_interrupt(), unless a node is `unasked`.
    `exception_on_exception`: a fault may hit although the stack already has a fault's frame.
    `migrate`: a task may come in on another CPU than the one it left.
    `variable_initially`: what per-CPU and per-task variables hold before anything is saved in them.
    """

    in_interrupt_returns_early: bool = True
    exception_on_exception: bool = True
    migrate: bool = True
    variable_initially: Ct = Ct.KERNEL


class MachineError(ValueError):
    """Something that is no machine; `problems` has one line for each thing that is wrong."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Machine:
    """Kinds of entry and options. Raises MachineError if an edge or a name leads nowhere."""

    kinds: tuple[Kind, ...]
    options: Options = Options()

    def __post_init__(self) -> None:
        problems = tuple(_problems(self.kinds))
        if problems:
            raise MachineError(problems)


def _problems(kinds: tuple[Kind, ...]) -> list[str]:
    names = [kind.name for kind in kinds]
    interrupts = frozenset(kind.name for kind in kinds if not kind.fault)
    found = [f"kind `{name}` is there twice" for name in sorted(set(names)) if names.count(name) > 1]
    for kind in kinds:
        if not kind.nodes:
            found.append(f"kind `{kind.name}` has no nodes")
        for index, node in enumerate(kind.nodes):
            faults = [
                *_exposure_faults(node, frozenset(names)),
                *_edge_faults(node, len(kind.nodes), interrupts),
                *_end_faults(node),
            ]
            found += [f"kind `{kind.name}`, node {index} (`{node.op.value}`) {fault}" for fault in faults]
    return found


def _exposure_faults(node: Node, names: frozenset[str]) -> list[str]:
    found = [f"is open to `{name}`, which is no kind" for name in sorted((node.user.open | node.kernel.open) - names)]
    return [*found, "has a negative slot"] if node.slot < 0 else found


def _edge_faults(node: Node, size: int, interrupts: frozenset[str]) -> list[str]:
    asked = {name for edge in node.edges for name in (edge.if_open, edge.if_closed) if name}
    return [
        *(f"goes to node {edge.target}, which is not there" for edge in node.edges if not 0 <= edge.target < size),
        *(f"asks about `{name}`, which is no interrupt" for name in sorted(asked - interrupts)),
    ]


def _end_faults(node: Node) -> list[str]:
    if node.op in ENDING_OPS:
        return ["goes on after its end"] if node.edges else []
    if any(edge.regs is Regs.ANY and not edge.if_open and not edge.if_closed for edge in node.edges):
        return []
    return [
        f"may lead nowhere with {regs.value.replace('_', ' ')}"
        for regs in (Regs.USER, Regs.KERNEL)
        if not _always_leads_on([edge for edge in node.edges if edge.regs in (Regs.ANY, regs)])
    ]


def _always_leads_on(edges: list[Edge]) -> bool:
    """Whether some edge is there whatever was interrupted."""
    if any(not edge.if_open and not edge.if_closed for edge in edges):
        return True
    when_open = {edge.if_open for edge in edges if not edge.if_closed}
    return any(edge.if_closed in when_open for edge in edges if not edge.if_open)
