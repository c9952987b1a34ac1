"""A machine as Promela, so that spin can judge it too: one task on one CPU, stacks up to a depth.

It shares the machine with the other engines and nothing else: no tables, no steps. Each alternative of the
loop is one move, and each property an assertion, so that `pan` built with -DBFS ends with a shortest run
(whose length it counts from 0). A panic is no deadlock, hence -E:

    spin -a model.pml && gcc -O0 -DBFS -DSAFETY -DNOREDUCE -DNOBOUNDCHECK -o pan pan.c && ./pan -E

gcc takes longer than pan, so the moves are few and short rather than clever: what can be one move for all kinds is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gen.verify.machine import Ct, Edge, Exposure, Keep, Kind, Machine, Node, Op, Regs
from gen.verify.properties import ALL_PROPERTIES, Property

_EXIT = "user = false; watching = !watching; {I5} assert(watching)"
_ENTER = "user = true; watching = !watching; {I5} assert(!watching)"
_TO_KERNEL = f"if :: user -> {_EXIT} :: else -> skip fi"
_TO_USER = f"if :: !user -> {_ENTER} :: else -> skip fi"
_STRICT_EXIT = f"{{I4}} assert(user); {_TO_KERNEL}"
_STRICT_ENTER = f"{{I4}} assert(!user); {_TO_USER}"

_CHANGES = {
    Op.USER_EXIT: _STRICT_EXIT,
    Op.USER_EXIT_REENTRANT: _TO_KERNEL,
    Op.USER_EXIT_IF_USER_REGS: _STRICT_EXIT,
    Op.USER_EXIT_IF_PREV: f"if :: {{saved}} -> {_TO_KERNEL} :: else -> skip fi",
    Op.USER_ENTER: _STRICT_ENTER,
    Op.USER_ENTER_IF_USER_REGS: _STRICT_ENTER,
    Op.EXCEPTION_ENTER: _TO_KERNEL,
    Op.EXCEPTION_EXIT: f"if :: {{saved}} -> {_TO_USER} :: else -> skip fi",
}
_FOR_USER_REGS = (Op.USER_EXIT_IF_USER_REGS, Op.USER_ENTER_IF_USER_REGS)

_HARDIRQ, _NOPREEMPT, _FIRST_KIND = 1, 2, 2
_MOST_KINDS = 31 - _FIRST_KIND

_SILENT = f"((view[top] & {_HARDIRQ}) || silent_below[top])"
_PREEMPTIBLE = f"!(view[top] & {_NOPREEMPT}) && !nopreempt_below[top]"
_WATCHES_BESIDE = "((user == watching) == (entered_user[top] == entered_watching[top]))"

_OF_A_FRAME = (
    "at",
    "view",
    "open_below",
    "silent_below",
    "nopreempt_below",
    "faulted",
    "entered_user",
    "entered_watching",
    "holds",
    "refused",
)

# The view is the exposure of the position, hardirq and nopreempt in the first bits and a bit for each kind behind them:
# kept beside the position, so that an entry is one move for each kind and not one for each position.
_DECLARATIONS = """\
bool user = true, watching, in_schedule, guard;
bool cpu_saved{initially}, task_saved{initially};
byte top;
short at[{size}];
int view[{size}], open_below[{size}];
bool silent_below[{size}], nopreempt_below[{size}], faulted[{size}];
bool entered_user[{size}], entered_watching[{size}], holds[{size}], refused[{size}];
bool saved[{slots}], woke[{slots}];

"""


class Question(NamedTuple):
    """What `pan` is to find out: whether stacks of up to `depth` frames can break one of the `checked` properties."""

    machine: Machine
    depth: int
    checked: frozenset[Property] = ALL_PROPERTIES


def promela(machine: Machine, depth: int, checked: frozenset[Property] = ALL_PROPERTIES) -> str:
    """The model of `machine` in which `pan` looks for a violation of the `checked` properties."""
    model = _Model(Question(machine, depth, checked))
    declared = _declarations([model], f" = {str(model.saved_at_first).lower()}")
    return f"{declared}active proctype cpu()\n{{\n{model.loop()}}}\n"


def promela_of_several(questions: Iterable[Question]) -> str:
    """One model for many questions: `pan` answers the one whose number the environment variable QUESTION has.

    A run has MOVES_TO_ASK moves more than that of `promela`, and as many states come before.
    """
    models = [_Model(question) for question in questions]
    chosen = "".join(
        f"\t:: d_step {{ c_expr {{ asked == {number} }} -> cpu_saved = {saved}; task_saved = {saved} }};\n{each.loop()}"
        for number, each in enumerate(models)
        for saved in [str(each.saved_at_first).lower()]
    )
    ask = 'asked = getenv("QUESTION") ? atoi(getenv("QUESTION")) : -1;'
    declared = f"c_code {{ static int asked; }};\n{_declarations(models, '')}"
    return f"{declared}active proctype cpu()\n{{\n\td_step {{ c_code {{ {ask} }} }};\n\tif\n{chosen}\tfi\n}}\n"


MOVES_TO_ASK = 2
"""The moves in which the model for many questions learns which one is asked."""


def _declarations(models: list[_Model], initially: str) -> str:
    size = max(model.depth for model in models) + 1
    slots = max(model.slots for model in models)
    return _DECLARATIONS.format(initially=initially, size=size, slots=size * slots)


class _Model:
    """The moves of a machine as guarded commands; a property's name in braces stands before its assertion.

    Nodes of all kinds share one numbering that starts at 1, so that no frame is at 0; slots are renumbered
    without gaps.
    """

    def __init__(self, question: Question) -> None:
        self._machine, self.depth, self._checked = question
        kinds = self._machine.kinds
        if len(kinds) > _MOST_KINDS:
            raise ValueError(f"more than {_MOST_KINDS} kinds do not fit into an int")
        used = sorted({node.slot for kind in kinds for node in kind.nodes})
        self.slots = len(used)
        self._slot_numbers = {slot: number for number, slot in enumerate(used)}
        self._bits = {kind.name: 1 << _FIRST_KIND + number for number, kind in enumerate(kinds)}
        sizes = [len(kind.nodes) for kind in kinds]
        self._first = [1 + sum(sizes[:number]) for number in range(len(sizes))]

    @property
    def saved_at_first(self) -> bool:
        """Whether the variables of CPU and task hold USER before anything is saved in them."""
        return self._machine.options.variable_initially is Ct.USER

    def loop(self) -> str:
        """The moves as the alternatives of a loop without end."""
        text = "".join(f"\t:: d_step {{ {move} }}\n" for move in self._moves())
        for each in Property:
            text = text.replace(f"{{{each.value}}} assert(", "assert(" if each in self._checked else "assert(true || ")
        return f"\tdo\n{text}\tod\n"

    def _moves(self) -> Iterator[str]:
        yield "in_schedule -> {I3b} assert(!user && watching); in_schedule = false"
        yield self._return()
        for number, kind in enumerate(self._machine.kinds):
            yield from self._entries(number, kind)
            for index, node in enumerate(kind.nodes):
                yield from self._steps(self._first[number] + index, node, kind, self._first[number])

    def _steps(self, number: int, node: Node, kind: Kind, first: int) -> Iterator[str]:
        """The moves of a node; those that are the same under either pt_regs are there once."""
        guard = f"at[top] == {number} && !in_schedule"
        under_user = [*self._steps_under(Regs.USER, node, kind, first)]
        under_kernel = [*self._steps_under(Regs.KERNEL, node, kind, first)]
        yield from (f"{guard}{move}" for move in under_user if move in under_kernel)
        yield from (f"{guard} && top == 1{move}" for move in under_user if move not in under_kernel)
        yield from (f"{guard} && top > 1{move}" for move in under_kernel if move not in under_user)

    def _steps_under(self, regs: Regs, node: Node, kind: Kind, first: int) -> Iterator[str]:
        for edge in node.edges:
            if edge.regs not in (Regs.ANY, regs):
                continue
            asked = self._condition(edge)
            going = _going(first + edge.target, _exposure(kind.nodes[edge.target], regs), self._bits)
            if node.op is not Op.MAY_SCHEDULE:
                yield f"{asked} -> {self._effect(node, regs)}{going}"
                continue
            yield f"{asked} && !({_PREEMPTIBLE}) -> {going}"
            for leaves in ("false", "true"):
                yield f"{asked} && {_PREEMPTIBLE} -> {{I2s}} assert(!user); in_schedule = {leaves}; {going}"

    def _condition(self, edge: Edge) -> str:
        asked = [(edge.if_open, "!="), (edge.if_closed, "==")]
        return "".join(f" && (open_below[top] & {self._bits[name]}) {is_open} 0" for name, is_open in asked if name)

    def _effect(self, node: Node, regs: Regs) -> str:
        """What a step does before it goes on; empty if that is nothing."""
        index = f"top * {self.slots} + {self._slot_numbers[node.slot]}"
        kept = {Keep.FRAME: f"saved[{index}]", Keep.TASK: "task_saved", Keep.CPU: "cpu_saved"}[node.keep]
        if node.op in _CHANGES:
            left_out = node.op in _FOR_USER_REGS and regs is Regs.KERNEL
            change = "skip" if left_out else _CHANGES[node.op].replace("{saved}", kept)
            save = f"{kept} = user; " if node.op is Op.EXCEPTION_ENTER else ""
            return f"{save}{self._under_guard(change if node.unasked else self._unless_silent(change))}; "
        if node.op is Op.EXCEPTION_ENTER_PEEK:
            return f"{kept} = user; "
        if node.op is Op.RECURSION_ENTER:
            return self._unless_silent("refused[top] = guard; holds[top] = !guard; guard = true") + "; "
        if node.op is Op.RCU:
            return "{I2r} assert(watching); "
        if node.op is Op.RCU_IN:
            return f"woke[{index}] = !watching; watching = true; "
        if node.op is Op.RCU_OUT:
            restored = f"watching = (watching && !woke[{index}])"
            return f"{{I5}} assert(watching); {restored}; woke[{index}] = false; "
        return ""

    def _unless_silent(self, change: str) -> str:
        """A change that user_exit() and user_enter() leave out where they return early in_interrupt()."""
        early = self._machine.options.in_interrupt_returns_early
        return f"if :: {_SILENT} -> skip :: else -> {change} fi" if early else change

    def _under_guard(self, wanted: str) -> str:
        if not any(node.op is Op.RECURSION_ENTER for kind in self._machine.kinds for node in kind.nodes):
            return wanted
        return (
            "if :: refused[top] -> refused[top] = false "
            f":: !refused[top] && holds[top] -> guard = false; holds[top] = false; {wanted} "
            f":: !refused[top] && !holds[top] && !guard -> {wanted} "
            ":: else -> skip fi"
        )

    def _return(self) -> str:
        """The return of every kind; the names of positions that do so are many, but the move is one."""
        nodes = [node for kind in self._machine.kinds for node in kind.nodes]
        ends = [f"at[top] == {number}" for number, node in enumerate(nodes, 1) if node.op is Op.RETURN]
        owed = (
            "{I1} assert(user == entered_user[top])",
            f"{{I5}} assert({_WATCHES_BESIDE})",
            "{I3} assert(top > 1 || (user && !watching))",
        )
        cleared = [f"{name}[top] = 0" for name in _OF_A_FRAME]
        slots = range(self.slots)
        cleared += [f"{name}[top * {self.slots} + {slot}] = 0" for name in ("saved", "woke") for slot in slots]
        done = "; ".join([*owed, *cleared, "top = top - 1"])
        return f"!in_schedule && ({' || '.join(ends) or 'false'}) -> {done}"

    def _entries(self, number: int, kind: Kind) -> Iterator[str]:
        bit = self._bits[kind.name]
        nests = self._machine.options.exception_on_exception
        ghosts = "entered_user[top] = user; entered_watching[top] = watching"
        start = self._first[number]
        if kind.from_user:
            everything = sum(self._bits.values())
            going = _going(start, kind.nodes[0].user, self._bits)
            fault = f"faulted[top] = {str(kind.fault).lower()}"
            yield f"top == 0 && !in_schedule -> top = 1; open_below[1] = {everything}; {fault}; {ghosts}; {going}"
        may = f"(view[top] & {bit}) != 0"
        if not kind.fault:
            may += f" && (open_below[top] & {bit}) != 0"
        elif not nests:
            may += " && !faulted[top]"
        going = _going(start, kind.nodes[0].kernel, self._bits)
        below = (
            "open_below[top + 1] = open_below[top] & view[top]; "
            f"silent_below[top + 1] = {_SILENT}; "
            f"nopreempt_below[top + 1] = !({_PREEMPTIBLE}); "
            f"faulted[top + 1] = {'true' if kind.fault else 'faulted[top]'}"
        )
        yield f"top > 0 && top < {self.depth} && !in_schedule && {may} -> {below}; top = top + 1; {ghosts}; {going}"


def _exposure(node: Node, regs: Regs) -> Exposure:
    return node.user if regs is Regs.USER else node.kernel


def _going(number: int, exposure: Exposure, bits: dict[str, int]) -> str:
    """The top frame at a node, with what may hit it there."""
    view = sum(bits[name] for name in exposure.open)
    view += _HARDIRQ * exposure.hardirq + _NOPREEMPT * exposure.nopreempt
    return f"at[top] = {number}; view[top] = {view}"
