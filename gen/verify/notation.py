"""Machines in the notation of the judged configurations: straight lines, read from plain dictionaries.

A configuration has `tasks`, `cpus`, `depth`, `options` and `entries`; an entry is a list of positions, each
with a `step` and what it is `open` to, and where wanted `hardirq`, `nopreempt`, and `with_kernel_regs` with
the three for frames that are not the bottom one. A name in `open` that has no entry says nothing, for
nothing can come of it. All kinds may hit user mode; only a system call cannot hit anything else, and only
an exception is a fault.

Other keys of a configuration are answers, and `ANSWERS` is what they may be called; they are not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from gen.verify.machine import (
    ENDING_OPS,
    KEEPING_OPS,
    Ct,
    Edge,
    Exposure,
    Keep,
    Kind,
    Machine,
    MachineError,
    Node,
    Op,
    Options,
)

KINDS = ("syscall", "exception", "irq", "nmi")
ANSWERS = frozenset(
    {
        "any_depth_any_tasks_any_cpus",
        "example",
        "first_broken",
        "rcu_safety_only",
        "shortest",
        "shortest_per_property",
        "smallest_violating_depth",
        "states",
        "transitions",
        "verdict",
    }
)
_COUNTS = {"tasks": 16, "cpus": 16, "depth": 32}
"""What says how large a system is, and the most that may be asked about; the proof is for any number anyhow."""

_SWITCHES = ("in_interrupt_returns_early", "exception_on_exception", "migrate")
_EXPOSURE = frozenset({"open", "hardirq", "nopreempt"})


@dataclass(frozen=True, slots=True)
class Configuration:
    """A machine and the size of the system that was judged, with the name and the claim that it came with."""

    name: str
    claim: str
    machine: Machine
    tasks: int
    cpus: int
    depth: int


def read_file(data: object) -> tuple[Configuration, ...]:
    """The configurations of the whole file that `data` is. Raises MachineError, which has every problem."""
    problems: list[str] = []
    whole = _mapping(data, "", {"format", "configs"}, {"what", "properties"}, problems) or {}
    if whole.get("format", 1) != 1:
        problems.append("`format` must be 1")
    items = whole.get("configs", [])
    if not isinstance(items, list):
        problems.append("`configs` must be a list")
        items = []
    read = [_configuration(item, f"configs[{index}]", problems) for index, item in enumerate(items)]
    return tuple(_finished(read, problems))


def read_configuration(data: object) -> Configuration:
    """The configuration that `data` describes. Raises MachineError, which has every problem."""
    problems: list[str] = []
    read = _configuration(data, "", problems)
    return _finished([read], problems)[0]


def _finished(read: list[Configuration | None], problems: list[str]) -> list[Configuration]:
    if problems:
        raise MachineError(tuple(problems))
    return [configuration for configuration in read if configuration]


def _configuration(data: object, where: str, problems: list[str]) -> Configuration | None:
    before = len(problems)
    whole = _mapping(data, where, {*_COUNTS, "options", "entries"}, {"id", "claim"} | ANSWERS, problems)
    if whole is None:
        return None
    counts = [_count(whole, key, where, problems) for key in _COUNTS]
    names = [_text(whole, key, where, problems) for key in ("id", "claim")]
    options = Options()
    kinds: tuple[Kind, ...] = ()
    if "options" in whole:
        options = _options(whole["options"], _inner(where, "options"), problems)
    if "entries" in whole:
        kinds = _kinds(whole["entries"], _inner(where, "entries"), problems)
    if len(problems) > before:
        return None
    return Configuration(names[0], names[1], Machine(kinds, options), *counts)


def _options(data: object, where: str, problems: list[str]) -> Options:
    options = _mapping(data, where, {*_SWITCHES, "variable_initially"}, set(), problems) or {}
    early, nesting, migrate = (_switch(options, key, where, problems, default=True) for key in _SWITCHES)
    initially = options.get("variable_initially", "KERNEL")
    if initially not in list(Ct.__members__):
        problems.append(f"`{_inner(where, 'variable_initially')}` must be KERNEL or USER")
        return Options()
    return Options(early, nesting, migrate, Ct[str(initially)])


def _kinds(data: object, where: str, problems: list[str]) -> tuple[Kind, ...]:
    entries = _mapping(data, where, set(), set(KINDS), problems)
    if entries is None:
        return ()
    if not entries:
        problems.append(f"`{where}` must have at least one of {', '.join(KINDS)}")
    present = frozenset(entries)
    return tuple(
        Kind(name, _nodes(entries[name], _inner(where, name), present, problems), fault=name == "exception")
        for name in KINDS
        if name in entries
    )


def _nodes(data: object, where: str, present: frozenset[str], problems: list[str]) -> tuple[Node, ...]:
    if not isinstance(data, list) or not data:
        problems.append(f"`{where}` must be a list of positions")
        return ()
    nodes = tuple(_node(item, index, f"{where}[{index}]", present, problems) for index, item in enumerate(data))
    for index, node in enumerate(nodes):
        if (node.op in ENDING_OPS) != (index == len(nodes) - 1):
            problems.append(f"`{where}[{index}].step` must be `return` in the last position, and only there")
    return nodes


def _node(data: object, index: int, where: str, present: frozenset[str], problems: list[str]) -> Node:
    position = _mapping(data, where, {"step", "open"}, _EXPOSURE | {"with_kernel_regs"}, problems) or {}
    op, keep = _step(position.get("step", Op.BRANCH.value), _inner(where, "step"), problems)
    user = kernel = _exposure(position, where, present, problems)
    if "with_kernel_regs" in position:
        inner = _inner(where, "with_kernel_regs")
        other = _mapping(position["with_kernel_regs"], inner, {"open"}, _EXPOSURE, problems) or {}
        kernel = _exposure(other, inner, present, problems)
    edges = () if op in ENDING_OPS else (Edge(index + 1),)
    return Node(op, edges, user, kernel, keep, origin=where)


def _step(word: object, where: str, problems: list[str]) -> tuple[Op, Keep]:
    """The op and the keep of `word`, which is `exception_exit(task)`, say, or a bare op."""
    base, bracket, place = str(word).removesuffix(")").partition("(")
    try:
        op = Op(base)
        keep = Keep(place) if bracket else Keep.FRAME
        wants_place = op in KEEPING_OPS - {Op.USER_EXIT_IF_PREV}
        if str(word) == (f"{base}({place})" if wants_place else base):
            return op, keep
    except ValueError:
        pass
    problems.append(f"`{where}` is no step")
    return Op.BRANCH, Keep.FRAME


def _exposure(data: Mapping[str, object], where: str, present: frozenset[str], problems: list[str]) -> Exposure:
    names = data.get("open", [])
    if not isinstance(names, list) or not all(name in KINDS[1:] for name in names):
        problems.append(f"`{_inner(where, 'open')}` must be a list of {', '.join(KINDS[1:])}")
        names = []
    hardirq, nopreempt = (_switch(data, key, where, problems, default=False) for key in ("hardirq", "nopreempt"))
    return Exposure(present.intersection(names), hardirq, nopreempt)


def _mapping(
    data: object, where: str, required: Set[str], optional: Set[str], problems: list[str]
) -> Mapping[str, object] | None:
    """`data` if it is a mapping, complaining about its keys; otherwise None."""
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        problems.append(f"`{where}` must be a mapping" if where else "this must be a mapping")
        return None
    problems += [f"unknown key `{_inner(where, key)}`" for key in sorted(data.keys() - required - optional)]
    problems += [f"missing key `{_inner(where, key)}`" for key in sorted(required - data.keys())]
    return data


def _count(data: Mapping[str, object], key: str, where: str, problems: list[str]) -> int:
    value = data.get(key, 1)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _COUNTS[key]:
        return value
    problems.append(f"`{_inner(where, key)}` must be a whole number from 1 to {_COUNTS[key]}")
    return 1


def _text(data: Mapping[str, object], key: str, where: str, problems: list[str]) -> str:
    value = data.get(key, "")
    if isinstance(value, str):
        return value
    problems.append(f"`{_inner(where, key)}` must be text")
    return ""


def _switch(data: Mapping[str, object], key: str, where: str, problems: list[str], *, default: bool) -> bool:
    value = data.get(key, default)
    if isinstance(value, bool):
        return value
    problems.append(f"`{_inner(where, key)}` must be true or false")
    return default


def _inner(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
