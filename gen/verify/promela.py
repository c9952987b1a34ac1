"""A machine as Promela, so that spin can judge it too: one task on one CPU, stacks up to a depth.

It shares the machine with the other engines and nothing else: no tables, no steps. Each alternative of the
loop is one move, and each property an assertion, so that `pan` built with -DBFS ends with a shortest run
(whose length it counts from 0). A panic is no deadlock, hence -E:

    spin -a model.pml && gcc -O1 -DBFS -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -E
"""

from __future__ import annotations

from collections.abc import Iterator

from gen.verify.machine import Ct, Edge, Exposure, Keep, Machine, Node, Op, Regs
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

_OF_A_FRAME = (
    "at",
    "open_below",
    "entered_user",
    "entered_watching",
    "holds",
    "refused",
    "silent_below",
    "nopreempt_below",
    "unfaultable",
)

_DECLARATIONS = """\
bool user = true, watching, in_schedule, guard;
bool cpu_saved = {initially}, task_saved = {initially};
byte top;
short at[{size}];
int open_below[{size}];
bool entered_user[{size}], entered_watching[{size}], holds[{size}], refused[{size}];
bool silent_below[{size}], nopreempt_below[{size}], unfaultable[{size}];
bool saved[{slots}], woke[{slots}];

active proctype cpu()
{{
\tdo
"""


def promela(machine: Machine, depth: int, checked: frozenset[Property] = ALL_PROPERTIES) -> str:
    """The model of `machine` in which `pan` looks for a violation of the `checked` properties."""
    model = _Model(machine, depth)
    size = depth + 1
    initially = str(machine.options.variable_initially is Ct.USER).lower()
    text = _DECLARATIONS.format(initially=initially, size=size, slots=size * model.slots)
    text += "".join(f"\t:: d_step {{ {move} }}\n" for move in model.moves())
    text += "\tod\n}\n"
    for each in Property:
        text = text.replace(f"{{{each.value}}} assert(", "assert(" if each in checked else "assert(true || ")
    return text


class _Model:
    """The moves of a machine as guarded commands; a property's name in braces stands before its assertion."""

    def __init__(self, machine: Machine, depth: int) -> None:
        self.slots = 1 + max(node.slot for kind in machine.kinds for node in kind.nodes)
        self._machine = machine
        self._depth = depth
        self._numbers = {kind.name: number for number, kind in enumerate(machine.kinds)}
        sizes = [len(kind.nodes) for kind in machine.kinds]
        self._first = [sum(sizes[:number]) for number in range(len(sizes))]

    def moves(self) -> Iterator[str]:
        """Every move, each with its guard."""
        yield "in_schedule -> {I3b} assert(!user && watching); in_schedule = false"
        everything = (1 << len(self._numbers)) - 1
        for number, kind in enumerate(self._machine.kinds):
            if kind.from_user:
                yield f"!in_schedule && top == 0 -> open_below[1] = {everything}; {self._push(number)}"
            for index, node in enumerate(kind.nodes):
                for regs in (Regs.USER, Regs.KERNEL):
                    where = f"!in_schedule && top {'==' if regs is Regs.USER else '>'} 1"
                    guard = f"{where} && at[top] == {self._first[number] + index}"
                    yield from self._steps(guard, node, regs, self._first[number])
                    yield from self._entries(guard, node, regs, kind.fault)

    def _steps(self, guard: str, node: Node, regs: Regs, first: int) -> Iterator[str]:
        exposure = node.user if regs is Regs.USER else node.kernel
        if node.op is Op.RETURN:
            yield f"{guard} -> {self._return(regs)}"
        for edge in node.edges:
            if edge.regs in (Regs.ANY, regs):
                taken = guard + self._condition(edge)
                going = f"at[top] = {first + edge.target}"
                if node.op is not Op.MAY_SCHEDULE:
                    yield f"{taken} -> {self._effect(node, regs, exposure)}; {going}"
                    continue
                yield f"{taken} && !{self._preemptible(exposure)} -> {going}"
                for leaves in ("false", "true"):
                    checked = f"{{I2s}} assert(!user); in_schedule = {leaves}; {going}"
                    yield f"{taken} && {self._preemptible(exposure)} -> {checked}"

    def _preemptible(self, exposure: Exposure) -> str:
        return "false" if exposure.nopreempt else "(!nopreempt_below[top])"

    def _condition(self, edge: Edge) -> str:
        asked = [(edge.if_open, "!="), (edge.if_closed, "==")]
        return "".join(
            f" && (open_below[top] & {1 << self._numbers[name]}) {is_open} 0" for name, is_open in asked if name
        )

    def _effect(self, node: Node, regs: Regs, exposure: Exposure) -> str:
        index = f"top * {self.slots} + {node.slot}"
        kept = {Keep.FRAME: f"saved[{index}]", Keep.TASK: "task_saved", Keep.CPU: "cpu_saved"}[node.keep]
        silent = self._silent(exposure)
        if node.op in _CHANGES:
            left_out = node.op in _FOR_USER_REGS and regs is Regs.KERNEL
            change = "skip" if left_out else _CHANGES[node.op].replace("{saved}", kept)
            save = f"{kept} = user; " if node.op is Op.EXCEPTION_ENTER else ""
            return save + self._under_guard(change, silent)
        if node.op is Op.EXCEPTION_ENTER_PEEK:
            return f"{kept} = user"
        if node.op is Op.RECURSION_ENTER:
            taken = "refused[top] = guard; holds[top] = !guard; guard = true"
            return f"if :: {silent} -> skip :: else -> {taken} fi"
        if node.op is Op.RCU:
            return "{I2r} assert(watching)"
        if node.op is Op.RCU_IN:
            return f"woke[{index}] = !watching; watching = true"
        if node.op is Op.RCU_OUT:
            restored = f"watching = (watching && !woke[{index}])"
            return f"{{I5}} assert(watching); {restored}; woke[{index}] = false"
        return "skip"

    def _silent(self, exposure: Exposure) -> str:
        early = self._machine.options.in_interrupt_returns_early
        return "false" if not early else "true" if exposure.hardirq else "silent_below[top]"

    def _under_guard(self, change: str, silent: str) -> str:
        free = f"guard = false; holds[top] = false; if :: {silent} -> skip :: else -> {change} fi"
        alone = f"if :: {silent} -> skip :: else -> {change} fi"
        return (
            "if :: refused[top] -> refused[top] = false "
            f":: !refused[top] && holds[top] -> {free} "
            f":: !refused[top] && !holds[top] && !guard -> {alone} "
            ":: else -> skip fi"
        )

    def _return(self, regs: Regs) -> str:
        beside = "((user == watching) == (entered_user[top] == entered_watching[top]))"
        owed = ["{I1} assert(user == entered_user[top])", f"{{I5}} assert({beside})"]
        if regs is Regs.USER:
            owed.append("{I3} assert(user && !watching)")
        cleared = [f"{name}[top] = 0" for name in _OF_A_FRAME]
        slots = range(self.slots)
        cleared += [f"{name}[top * {self.slots} + {slot}] = 0" for name in ("saved", "woke") for slot in slots]
        return "; ".join([*owed, *cleared, "top = top - 1"])

    def _entries(self, guard: str, node: Node, regs: Regs, is_fault: bool) -> Iterator[str]:
        exposure = node.user if regs is Regs.USER else node.kernel
        mask = sum(1 << self._numbers[name] for name in exposure.open)
        nests = self._machine.options.exception_on_exception
        over_fault = "false" if nests else "true" if is_fault else "unfaultable[top]"
        below = (
            f"open_below[top + 1] = open_below[top] & {mask}; "
            f"silent_below[top + 1] = {self._silent(exposure)}; "
            f"nopreempt_below[top + 1] = {'true' if exposure.nopreempt else 'nopreempt_below[top]'}; "
            f"unfaultable[top + 1] = {over_fault}"
        )
        for name in sorted(exposure.open):
            number = self._numbers[name]
            may = f"(open_below[top] & {1 << number}) != 0"
            if self._machine.kinds[number].fault:
                may = f"!{over_fault}"
            yield f"{guard} && top < {self._depth} && {may} -> {below}; {self._push(number)}"

    def _push(self, kind: int) -> str:
        ghosts = "entered_user[top] = user; entered_watching[top] = watching"
        return f"top = top + 1; at[top] = {self._first[kind]}; {ghosts}"
