"""The notation's errors: one exception, every problem at once, keys in backquotes."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gen.verify.machine import Ct, Edge, Exposure, Keep, MachineError, Op
from gen.verify.notation import read_configuration, read_file

GOOD: dict[str, Any] = {
    "id": "one",
    "claim": "a claim",
    "tasks": 1,
    "cpus": 2,
    "depth": 3,
    "options": {
        "in_interrupt_returns_early": True,
        "exception_on_exception": False,
        "migrate": True,
        "variable_initially": "USER",
    },
    "entries": {
        "exception": [
            {
                "step": "exception_enter(task)",
                "open": ["exception", "nmi"],
                "hardirq": True,
                "with_kernel_regs": {"open": [], "hardirq": False, "nopreempt": True},
            },
            {"step": "return", "open": []},
        ],
        "syscall": [{"step": "return", "open": []}],
    },
    "verdict": "holds",
}

PLACES: list[tuple[str, ...]] = [
    ("tasks",),
    ("cpus",),
    ("depth",),
    ("options",),
    ("options", "in_interrupt_returns_early"),
    ("options", "exception_on_exception"),
    ("options", "migrate"),
    ("options", "variable_initially"),
    ("entries",),
    ("entries", "exception", "0", "step"),
    ("entries", "exception", "0", "open"),
    ("entries", "exception", "0", "with_kernel_regs", "open"),
]
OPTIONAL: list[tuple[str, ...]] = [
    ("id",),
    ("claim",),
    ("entries", "exception"),
    ("entries", "exception", "0"),
    ("entries", "exception", "0", "hardirq"),
    ("entries", "exception", "0", "with_kernel_regs"),
    ("entries", "exception", "0", "with_kernel_regs", "nopreempt"),
]


def holder(data: dict[str, Any], path: tuple[str, ...]) -> tuple[Any, Any]:
    """The innermost container on the way to `path`, and the key in it."""
    inner: Any = data
    for key in path[:-1]:
        inner = inner[int(key)] if isinstance(inner, list) else inner[key]
    return inner, int(path[-1]) if isinstance(inner, list) else path[-1]


def spelled(path: tuple[str, ...]) -> str:
    return ".".join(path).replace(".0", "[0]")


def problems(data: object) -> tuple[str, ...]:
    with pytest.raises(MachineError) as caught:
        read_configuration(data)
    return caught.value.problems


def test_a_configuration_is_read_as_it_is_written() -> None:
    read = read_configuration(GOOD)
    assert (read.name, read.claim, read.tasks, read.cpus, read.depth) == ("one", "a claim", 1, 2, 3)
    assert not read.machine.options.exception_on_exception
    assert read.machine.options.variable_initially is Ct.USER
    syscall, exception = read.machine.kinds
    assert (syscall.name, syscall.fault, exception.name, exception.fault) == (
        "syscall",
        False,
        "exception",
        True,
    )
    first = exception.nodes[0]
    assert (first.op, first.keep, first.edges) == (Op.EXCEPTION_ENTER, Keep.TASK, (Edge(1),))
    assert first.user == Exposure(frozenset({"exception"}), hardirq=True)
    assert first.kernel == Exposure(nopreempt=True)
    assert first.origin == "entries.exception[0]"


@pytest.mark.parametrize("path", PLACES, ids=spelled)
def test_a_missing_key_is_named(path: tuple[str, ...]) -> None:
    data = copy.deepcopy(GOOD)
    inner, key = holder(data, path)
    del inner[key]
    assert f"missing key `{spelled(path)}`" in problems(data)


@pytest.mark.parametrize("path", PLACES + OPTIONAL, ids=spelled)
def test_a_mistyped_value_is_named(path: tuple[str, ...]) -> None:
    data = copy.deepcopy(GOOD)
    inner, key = holder(data, path)
    inner[key] = 0
    assert any(problem.startswith(f"`{spelled(path)}") for problem in problems(data))


@pytest.mark.parametrize("path", [path for path in PLACES + OPTIONAL if path[-1] not in "0"], ids=spelled)
def test_an_unknown_key_is_named(path: tuple[str, ...]) -> None:
    data = copy.deepcopy(GOOD)
    inner, key = holder(data, path)
    inner[f"{key}s"] = inner[key]
    assert f"unknown key `{spelled((*path[:-1], str(key) + 's'))}`" in problems(data)


@pytest.mark.parametrize(
    "word",
    ["", "user_exit()", "user_exit(task)", "exception_enter", "exception_exit(stack)", "return(frame)"],
)
def test_what_is_no_step_is_refused(word: str) -> None:
    data = copy.deepcopy(GOOD)
    data["entries"]["exception"][0]["step"] = word
    assert problems(data) == ("`entries.exception[0].step` is no step",)


def test_a_system_call_comes_from_user_mode_only() -> None:
    data = copy.deepcopy(GOOD)
    data["entries"]["exception"][0]["open"] = ["syscall"]
    assert problems(data) == ("`entries.exception[0].open` must be a list of exception, irq, nmi",)


def test_an_entry_ends_with_its_only_return() -> None:
    data = copy.deepcopy(GOOD)
    data["entries"]["exception"].reverse()
    assert [problem.split()[0] for problem in problems(data)] == [
        "`entries.exception[0].step`",
        "`entries.exception[1].step`",
    ]


def test_every_problem_of_a_file_is_told_at_once() -> None:
    bad = {**GOOD, "tasks": True, "colour": "red"}
    with pytest.raises(MachineError) as caught:
        read_file({"format": 2, "configs": [GOOD, bad, 7]})
    assert caught.value.problems == (
        "`format` must be 1",
        "unknown key `configs[1].colour`",
        "`configs[1].tasks` must be a whole number from 1 to 16",
        "`configs[2]` must be a mapping",
    )
    assert str(caught.value) == "; ".join(caught.value.problems)


@pytest.mark.parametrize("data", [None, [], "x", {1: 2}, {"format": 1, "configs": {}}, {}])
def test_no_file_at_all_is_an_error_too(data: object) -> None:
    with pytest.raises(MachineError):
        read_file(data)
