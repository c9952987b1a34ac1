"""The commit message of 179a9cf79212, sentence by sentence, on machines that are written here."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from gen.verify.machine import ENDING_OPS, KEEPING_OPS, Edge, Exposure, Keep, Kind, Machine, Node, Op, Options
from gen.verify.properties import ALL_PROPERTIES, RCU_SAFETY, Property
from gen.verify.search import explore
from gen.verify.summaries import prove
from gen.verify.system import Act
from gen.verify.timeline import timeline
from gen.verify.verdict import verify

HITTING = ("exception", "irq")
BODY = (Op.RCU, Op.MAY_SCHEDULE)


def kind(name: str, ops: tuple[Op, ...], first: frozenset[str], last: frozenset[str], keep: Keep = Keep.FRAME) -> Kind:
    """A straight line, open to everything but in its two windows: before its first and its last step."""
    everything = frozenset(HITTING)
    nodes = []
    for index, op in enumerate(ops):
        opened = first if index == 0 else last if index == len(ops) - 1 else everything
        edges = () if op in ENDING_OPS else (Edge(index + 1),)
        nodes.append(Node(op, edges, Exposure(opened), Exposure(opened), keep if op in KEEPING_OPS else Keep.FRAME))
    return Kind(name, tuple(nodes), fault=name == "exception")


def syscall(first: frozenset[str] = frozenset(HITTING), last: frozenset[str] = frozenset(HITTING)) -> Kind:
    return kind("syscall", (Op.USER_EXIT, *BODY, Op.USER_ENTER, Op.RETURN), first, last)


def saving(keep: Keep, *, schedules: bool = True) -> tuple[Kind, ...]:
    """Exception handlers that save and restore, with every window open."""
    body = BODY if schedules else BODY[:1]
    everything = frozenset(HITTING)
    ops = (Op.EXCEPTION_ENTER, *body, Op.EXCEPTION_EXIT, Op.RETURN)
    return (
        syscall(),
        kind("exception", ops, everything, everything, keep),
        kind("irq", (Op.RETURN,), everything, everything),
    )


def by_regs(first: frozenset[str], last: frozenset[str]) -> Machine:
    """No saved state at all: handlers go by pt_regs, as offstack asks for."""
    ops = (Op.USER_EXIT_IF_USER_REGS, *BODY, Op.USER_ENTER_IF_USER_REGS, Op.RETURN)
    return Machine((syscall(first, last), *(kind(name, ops, first, last) for name in HITTING)))


def run_of(
    machine: Machine, checked: frozenset[Property] = ALL_PROPERTIES
) -> tuple[int, int, int, int, frozenset[Property]]:
    run = verify(machine, checked).run
    assert run
    return run.tasks, run.cpus, run.depth, len(run.moves), run.broken


RESTORED = frozenset({Property.I1, Property.I3})


def test_no_saving_fails() -> None:
    everything = frozenset(HITTING)
    careless = kind("exception", (*BODY, Op.RETURN), everything, everything)
    machine = Machine((syscall(), careless, kind("irq", (Op.RETURN,), everything, everything)))
    assert run_of(machine) == (1, 1, 1, 2, frozenset({Property.I2R}))


def test_on_the_stack_holds_with_every_window_open() -> None:
    assert prove(Machine(saving(Keep.FRAME))).holds


def test_a_per_task_variable_fails_when_an_exception_hits_an_exception() -> None:
    assert run_of(Machine(saving(Keep.TASK))) == (1, 1, 2, 12, RESTORED)
    assert run_of(Machine(saving(Keep.TASK, schedules=False))) == (1, 1, 2, 10, RESTORED)
    assert prove(Machine(saving(Keep.TASK), Options(exception_on_exception=False))).holds
    assert prove(Machine(saving(Keep.TASK)), RCU_SAFETY).holds


@pytest.mark.parametrize(
    ("options", "size"),
    [
        (Options(), (1, 2, 1, 7)),
        (Options(exception_on_exception=False), (1, 2, 1, 7)),
        (Options(migrate=False), (1, 1, 2, 12)),
        (Options(migrate=False, exception_on_exception=False), (2, 1, 2, 12)),
    ],
    ids=["all", "migration", "nesting", "scheduling"],
)
def test_a_per_cpu_variable_fails_in_every_way(options: Options, size: tuple[int, int, int, int]) -> None:
    assert run_of(Machine(saving(Keep.CPU), options)) == (*size, RESTORED)


def test_a_second_task_hides_what_a_per_cpu_variable_loses() -> None:
    """If system calls never schedule, only a CPU that was idle from the start still has the initial value."""
    everything = frozenset(HITTING)
    quiet = kind("syscall", (Op.USER_EXIT, Op.RCU, Op.USER_ENTER, Op.RETURN), everything, everything)
    machine = Machine((quiet, *saving(Keep.CPU)[1:]), Options(exception_on_exception=False))
    assert run_of(machine) == (1, 2, 1, 7, RESTORED)
    assert explore(machine, 2, 2, 1).holds


def test_a_per_cpu_variable_is_unsafe_for_rcu_too() -> None:
    machine = Machine(saving(Keep.CPU))
    assert explore(machine, 2, 2, 2, RCU_SAFETY, to_the_end=False).shortest == 14
    assert explore(machine, 2, 1, 2, RCU_SAFETY, to_the_end=False).shortest == 16


@pytest.mark.parametrize("windows", list(itertools.product((False, True), repeat=4)), ids=str)
def test_offstack_holds_exactly_if_all_four_windows_are_closed(windows: tuple[bool, ...]) -> None:
    first = frozenset(name for name, opened in zip(HITTING, windows[:2], strict=True) if opened)
    last = frozenset(name for name, opened in zip(HITTING, windows[2:], strict=True) if opened)
    machine = by_regs(first, last)
    if not any(windows):
        assert prove(machine).holds
    else:
        assert run_of(machine) == (1, 1, 2, 4 if first else 8, frozenset({Property.I2R}))


def test_the_timeline_of_a_lost_per_cpu_variable_shows_where_it_went() -> None:
    machine = Machine(saving(Keep.CPU))
    run = verify(machine).run
    assert run
    rows = timeline(run)
    assert [row.move and row.move.act for row in rows[1:]] == [
        Act.ENTER,
        Act.STEP,
        Act.STEP,
        Act.LEAVE,
        Act.COME_IN,
        Act.STEP,
        Act.STEP,
    ]
    assert rows[1].entered is machine.kinds[1]
    assert [row.ran and row.ran.node.op for row in rows[2:5]] == [Op.EXCEPTION_ENTER, Op.RCU, Op.MAY_SCHEDULE]
    assert [(row.kept[0], row.kept[1].name) for row in rows if row.kept] == [
        (Keep.CPU, "USER"),
        (Keep.CPU, "KERNEL"),
    ]
    assert [[cpu.task for cpu in row.cpus] for row in rows[3:6]] == [[0, None], [None, None], [None, 0]]
    assert [cpu.saved.name for cpu in rows[-1].cpus] == ["USER", "KERNEL"]
    assert (rows[-1].cpus[1].ct.name, rows[-1].cpus[1].watching, rows[-1].cpus[1].frames) == (
        "KERNEL",
        True,
        (),
    )
    assert rows[5].cpus[1].frames[0].user_regs
    assert rows[-1].broken == RESTORED


def test_the_timeline_of_an_exception_on_an_exception_shows_both_frames() -> None:
    machine = Machine(saving(Keep.TASK))
    run = verify(machine).run
    assert run
    rows = timeline(run)
    nested = [frames for row in rows if len(frames := row.cpus[0].frames) == 2]
    assert nested and all([frame.user_regs for frame in frames] == [True, False] for frames in nested)
    saved = [row.saved_by_task[0].name for row in rows]
    assert [name for name, _ in itertools.groupby(saved)] == ["KERNEL", "USER", "KERNEL"]


def test_a_run_that_is_none_makes_no_timeline() -> None:
    run = verify(Machine(saving(Keep.CPU))).run
    assert run
    with pytest.raises(ValueError, match="move 7 does not break what the run says"):
        timeline(replace(run, machine=Machine(saving(Keep.FRAME))))
    with pytest.raises(ValueError, match="move 1 cannot be made"):
        timeline(replace(run, machine=Machine(saving(Keep.CPU)), moves=run.moves[1:]))
