"""The commit message of 179a9cf79212 as a table: its verdicts, and that the machines are the judged ones."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gen.verify.lesson import COMMAND, cells, page, timeline_text, verdict_line
from gen.verify.notation import read_configuration
from gen.verify.policies import (
    ALL_WINDOWS,
    EXCEPTION_WINDOWS,
    IRQ_WINDOWS,
    OFFSTACK,
    ON_STACK,
    SENTENCES,
    Case,
    EntryCode,
    Handler,
    Policy,
    Window,
    machine,
    replay,
)
from gen.verify.properties import RCU_SAFETY
from gen.verify.search import explore
from gen.verify.summaries import prove
from gen.verify.system import State, System
from gen.verify.timeline import timeline

ROOT = Path(__file__).resolve().parents[2]
JUDGED: dict[str, dict[str, Any]] = {
    entry["id"]: entry for entry in json.loads((Path(__file__).parent / "oracle.json").read_text())["configs"]
}
CASES = [(sentence.title, case) for sentence in SENTENCES for case in sentence.cases]
IDS = [f"{title}: {case.label}" for title, case in CASES]

# The verdicts of semantics.md: tasks, CPUs, depth, steps, first broken, RCU-safe; None is "holds".
Expected = tuple[int, int, int, int, str, bool] | None
EXPECTED: dict[str, dict[str, Expected]] = {
    "No context tracking": {"all windows closed": (1, 1, 1, 2, "I2r", False)},
    "By pt_regs": {
        "exceptions in 2-3": (1, 1, 2, 4, "I2r", False),
        "exceptions in 5-6": (1, 1, 2, 8, "I2r", False),
    },
    "Always to KERNEL": {
        "exceptions in 2-3": (1, 1, 2, 7, "I1", True),
        "exceptions in 5-6": (1, 1, 2, 11, "I1", True),
    },
    "A variable per CPU": {
        "an exception hits an exception": (1, 1, 2, 12, "I1+I3", False),
        "migration alone": (1, 2, 1, 7, "I1+I3", False),
        "scheduling alone": (2, 1, 2, 12, "I1+I3", False),
        "all three together": (1, 2, 1, 7, "I1+I3", False),
    },
    "A variable per task": {
        "handlers schedule": (1, 1, 2, 12, "I1+I3", True),
        "handlers do not schedule": (1, 1, 2, 10, "I1+I3", True),
    },
    "A variable per task, without nesting": {"exceptions do not nest; scheduling and migration": None},
    "On the stack": {"all windows open, with IRQs and NMIs": None},
    "On the stack, without the early return": {"no early return": (1, 1, 2, 4, "I5", False)},
    "Offstack": {"all windows closed": None},
    "NMI": {"nmi_enter(), no context tracking": None},
    "NMI without nmi_enter()": {"no nmi_enter()": (1, 1, 1, 2, "I2r", False)},
    "NMI that schedules": {"nmi_enter(), schedules behind nmi_exit()": (1, 1, 1, 5, "I2s", False)},
    "NMI by pt_regs": {"by pt_regs, with nmi_enter()": None},
    "NMI that calls user_exit()": {
        "with nmi_enter(), does not schedule": (1, 1, 2, 8, "I1", True),
        "with nmi_enter(), schedules": (1, 1, 2, 9, "I1", True),
        "without nmi_enter(), does not schedule": (1, 1, 2, 6, "I1", True),
        "without nmi_enter(), schedules": (1, 1, 2, 7, "I1", True),
    },
    "Preemption off instead of IRQs off": {
        "preemption off, irq_enter()": None,
        "preemption off, no irq_enter()": (1, 1, 2, 4, "I2r", False),
        "preemption on, irq_enter()": (1, 1, 2, 7, "I2s", False),
    },
    "NMI-like exceptions": {
        "nmi_enter(), no context tracking, does not schedule": None,
        "nmi_enter(), by pt_regs, does not schedule": None,
        "no nmi_enter()": (1, 1, 2, 4, "I2r", False),
        "nmi_enter(), schedules": (1, 1, 2, 7, "I2s", False),
        "nmi_enter(), calls user_exit()": (1, 1, 2, 8, "I1", True),
    },
}


def expected(title: str, case: Case) -> Expected:
    if title != "Offstack, with a window open":
        return EXPECTED[title][case.label]
    steps = 4 if case.code.windows & {Window.EXCEPTION_2_3, Window.IRQ_2_3} else 8
    return 1, 1, 2, steps, "I2r", False


def found(case: Case) -> Expected:
    replayed = replay(case)
    assert replayed.holds == (replayed.run is None)
    assert replayed.rcu_safe == (replayed.unsafe_run is None)
    if replayed.run is None:
        return None
    run = replayed.run
    broken = "+".join(sorted(each.value for each in run.broken))
    return run.tasks, run.cpus, run.depth, len(run.moves), broken, replayed.rcu_safe


@pytest.mark.parametrize(("title", "case"), CASES, ids=IDS)
def test_a_sentence_is_judged_as_the_commit_message_has_it(title: str, case: Case) -> None:
    assert found(case) == expected(title, case)


def test_no_sentence_and_no_case_is_missing() -> None:
    told = {sentence.title: [case.label for case in sentence.cases] for sentence in SENTENCES}
    windows = told.pop("Offstack, with a window open")
    assert told == {title: list(cases) for title, cases in EXPECTED.items()}
    assert len(windows) == len(set(windows)) == 15


def test_every_window_setting_but_all_closed_is_tried() -> None:
    (open_windows,) = (each for each in SENTENCES if each.title == "Offstack, with a window open")
    assert len({case.code.windows for case in open_windows.cases} - {frozenset()}) == 15
    assert {replace(case.code, windows=frozenset()) for case in open_windows.cases} == {OFFSTACK}


def test_a_variable_per_cpu_is_unsafe_for_rcu_in_larger_systems() -> None:
    built = machine(EntryCode(Handler(Policy.PER_CPU), windows=ALL_WINDOWS))
    assert explore(built, 2, 2, 2, RCU_SAFETY, to_the_end=False).shortest == 14
    assert explore(built, 2, 1, 2, RCU_SAFETY, to_the_end=False).shortest == 16


def reached(code: EntryCode) -> set[int]:
    """The nodes that some frame comes to with one task and a stack of two."""
    system = System(machine(code), 2)
    states: list[State] = [system.initial(1, 1)]
    known = set(states)
    for state in states:
        for successor in system.successors(state):
            if successor.state not in known:
                known.add(successor.state)
                states.append(successor.state)
    return {node for state in states for task in state.tasks for node, _ in task.stack}


HOLDING = [(title, case) for title, case in CASES if expected(title, case) is None]


@pytest.mark.parametrize(("title", "case"), HOLDING, ids=[title for title, _ in HOLDING])
def test_what_holds_does_not_hold_because_nothing_is_reached(title: str, case: Case) -> None:
    size = sum(len(kind.nodes) for kind in machine(case.code).kinds)
    assert reached(case.code) == set(range(size))


# The machines against the judged configurations.

EXC_23, IRQ_23, EXC_56, IRQ_56 = (
    frozenset({window}) for window in (Window.EXCEPTION_2_3, Window.IRQ_2_3, Window.EXCEPTION_5_6, Window.IRQ_5_6)
)
NONE, BY_REGS, FORCE = (Handler(policy) for policy in (Policy.NONE, Policy.PT_REGS, Policy.FORCE))
BARE = Handler(Policy.NONE, uses_rcu=False, schedules=False)
NMI = Handler(Policy.NONE, watches=True, schedules=False)
ENTERING = Handler(Policy.PT_REGS, watches=True)
IGNORING = Handler(Policy.NONE, watches=True)


def kept(policy: Policy, **switches: Any) -> EntryCode:
    return EntryCode(Handler(policy), windows=ALL_WINDOWS, **switches)


def only_nmi(handler: Handler, windows: frozenset[Window] = frozenset()) -> EntryCode:
    return EntryCode(nmi=handler, windows=windows, early_return=False)


def without(handler: Handler, *, rcu: bool = True, schedules: bool = True) -> Handler:
    return replace(handler, uses_rcu=rcu, schedules=schedules)


IRQ_ON_STACK = Handler(Policy.STACK, watches=True)
STACK_AND_IRQ = EntryCode(Handler(Policy.STACK), IRQ_ON_STACK, windows=ALL_WINDOWS)
PER_CPU_ALONE = kept(Policy.PER_CPU, nesting=False, migration=False)
PER_TASK_IRQ = Handler(Policy.PER_TASK, watches=True)

SAME: dict[str, EntryCode] = {
    "A-naive-000": EntryCode(NONE),
    "A-naive-005": EntryCode(without(NONE, rcu=False), windows=EXC_23),
    "A-naive-007": EntryCode(BARE, windows=EXC_23),
    "A-naive-008": EntryCode(NONE, windows=EXC_56),
    "A-naive-011": EntryCode(BARE, windows=EXC_56),
    "A-naive-015": EntryCode(BARE, windows=EXCEPTION_WINDOWS),
    "A-naive-016": EntryCode(BY_REGS),
    "A-naive-020": EntryCode(BY_REGS, windows=EXC_23),
    "A-naive-021": EntryCode(without(BY_REGS, rcu=False), windows=EXC_23),
    "A-naive-025": EntryCode(without(BY_REGS, rcu=False), windows=EXC_56),
    "A-naive-032": EntryCode(FORCE),
    "A-naive-033": EntryCode(without(FORCE, rcu=False)),
    "A-naive-035": EntryCode(without(FORCE, rcu=False, schedules=False)),
    "A-naive-036": EntryCode(FORCE, windows=EXC_23),
    "A-naive-037": EntryCode(without(FORCE, rcu=False), windows=EXC_23),
    "A-naive-038": EntryCode(without(FORCE, schedules=False), windows=EXC_23),
    "A-naive-040": EntryCode(FORCE, windows=EXC_56),
    "A-naive-044": EntryCode(FORCE, windows=EXCEPTION_WINDOWS),
    "B-stack-051": kept(Policy.STACK),
    "B-stack-062": EntryCode(irq=IRQ_ON_STACK, windows=ALL_WINDOWS),
    "B-stack-075": STACK_AND_IRQ,
    "B-stack-089": ON_STACK,
    "C-pertask-097": kept(Policy.PER_TASK),
    "C-pertask-108": kept(Policy.PER_TASK, nesting=False),
    "C-pertask-115": EntryCode(Handler(Policy.PER_TASK, schedules=False), windows=ALL_WINDOWS),
    "C-pertask-117": kept(Policy.PER_TASK, irq=PER_TASK_IRQ, nesting=False),
    "C-pertask-118": EntryCode(irq=PER_TASK_IRQ, windows=IRQ_WINDOWS),
    "D-percpu-123": kept(Policy.PER_CPU),
    "D-percpu-130": kept(Policy.PER_CPU, nesting=False),
    "D-percpu-143": PER_CPU_ALONE,
    "D-percpu-145": kept(Policy.PER_CPU, migration=False),
    "E-offstack-163": replace(OFFSTACK, windows=IRQ_56),
    "E-offstack-171": replace(OFFSTACK, windows=EXC_23 | IRQ_56),
    "E-offstack-177": replace(OFFSTACK, windows=IRQ_23 | EXC_56),
    "E-offstack-183": replace(OFFSTACK, windows=EXC_23 | EXC_56),
    "E-offstack-184": replace(OFFSTACK, windows=EXC_23 | IRQ_23 | EXC_56),
    "E-offstack-186": replace(OFFSTACK, windows=EXC_23 | EXC_56 | IRQ_56),
    "E-offstack-188": replace(OFFSTACK, windows=ALL_WINDOWS),
    "E-offstack-190": OFFSTACK,
    "E-offstack-195": replace(OFFSTACK, nmi=NMI),
    "F-nmi-offstack-196": only_nmi(replace(NMI, watches=False)),
    "F-nmi-offstack-199": only_nmi(IGNORING),
    "F-nmi-offstack-201": only_nmi(BY_REGS),
    "F-nmi-offstack-207": only_nmi(Handler(Policy.FORCE, watches=True)),
    "F-nmi-offstack-209": only_nmi(Handler(Policy.STACK)),
    "F-nmi-stack-229": only_nmi(NMI, ALL_WINDOWS),
    "F-nmi-stack-231": only_nmi(without(BY_REGS, schedules=False), ALL_WINDOWS),
    "F-nmi-stack-235": only_nmi(without(FORCE, schedules=False), ALL_WINDOWS),
    "G-kconfig-260": EntryCode(BY_REGS, IGNORING, windows=IRQ_23),
    "G-kconfig-264": EntryCode(BY_REGS, IGNORING, windows=IRQ_23, preempt_off=True),
    "G-kconfig-267": EntryCode(BY_REGS, ENTERING, windows=IRQ_56),
    "G-kconfig-280": EntryCode(BY_REGS, IGNORING, windows=IRQ_WINDOWS, preempt_off=True),
    "G-kconfig-286": EntryCode(without(BY_REGS, rcu=False), windows=EXCEPTION_WINDOWS),
    "G-kconfig-292": EntryCode(NMI, windows=EXCEPTION_WINDOWS),
    "G-kconfig-293": EntryCode(without(ENTERING, schedules=False), windows=EXCEPTION_WINDOWS, preempt_off=True),
    "G-kconfig-295": EntryCode(BY_REGS, windows=EXCEPTION_WINDOWS, preempt_off=True),
    "I-arch-341": replace(OFFSTACK, nmi=NMI),
}
"""Which entry code is which judged configuration, position by position."""


@pytest.mark.parametrize("name", SAME)
def test_a_machine_is_the_judged_one(name: str) -> None:
    assert machine(SAME[name]) == read_configuration(JUDGED[name]).machine


JUDGED_CASES = [(title, case, name) for title, case in CASES for name, code in SAME.items() if code == case.code]


def test_most_sentences_have_a_case_that_is_judged() -> None:
    bare = {sentence.title for sentence in SENTENCES} - {title for title, _, _ in JUDGED_CASES}
    assert bare == {
        "On the stack, without the early return",  # the judged ones close some window or split user_exit()
        "NMI without nmi_enter()",  # judged with system calls and NMIs alone, here with exceptions and IRQs too
        "NMI that schedules",
        "NMI by pt_regs",
        "NMI that calls user_exit()",
        "Preemption off instead of IRQs off",  # judged with one window, and with IRQs that ignore the state
    }


@pytest.mark.parametrize(
    ("title", "case", "name"), JUDGED_CASES, ids=[f"{title}: {name}" for title, _, name in JUDGED_CASES]
)
def test_the_verdict_is_the_judged_one(title: str, case: Case, name: str) -> None:
    judged = JUDGED[name]
    result = found(case)
    assert (result is None) == (judged["verdict"] == "holds") or name == "D-percpu-143"  # judged at 2,2,2
    if result and result[:2] == (judged["tasks"], judged["cpus"]):
        assert result[3] == judged["shortest"]


def test_an_nmi_is_judged_the_same_without_exceptions_and_irqs() -> None:
    for title, case in CASES:
        if title.startswith("NMI ") and case.code.nmi:
            alone = EntryCode(nmi=case.code.nmi, early_return=case.code.early_return)
            assert found(Case(case.label, alone)) == expected(title, case)


def test_early_return_is_what_saves_an_nmi_that_calls_user_exit() -> None:
    forcing = only_nmi(without(Handler(Policy.FORCE, watches=True), schedules=False))
    assert not prove(machine(forcing)).holds
    assert prove(machine(replace(forcing, early_return=True))).holds


# The page.


def case_of(title: str, label: str) -> Case:
    (case,) = (case for each, case in CASES if (each, case.label) == (title, label))
    return case


def text_of(case: Case) -> str:
    replayed = replay(case)
    assert replayed.run
    return timeline_text(timeline(replayed.run))


TOLD = """\
cpu0  t0  begins                                         user                            ct=USER    rcu=off
cpu1      begins                                         idle                            ct=KERNEL  rcu=on
cpu0  t0  enters exception                               user > exception  pt_regs=user  ct=USER    rcu=off
cpu0  t0  exception_enter, saved[cpu0]=USER              user > exception  pt_regs=user  ct=KERNEL  rcu=on
cpu0  t0  uses RCU                                       user > exception  pt_regs=user  ct=KERNEL  rcu=on
cpu0  t0  schedules                                      idle                            ct=KERNEL  rcu=on
cpu1  t0  comes in                                       user > exception  pt_regs=user  ct=KERNEL  rcu=on
cpu1  t0  exception_exit, saved[cpu1]=KERNEL: no change  user > exception  pt_regs=user  ct=KERNEL  rcu=on
cpu1  t0  returns                                        user                            ct=KERNEL  rcu=on   \
<- I1 state-restored, I3 user-on-return
"""


def test_a_run_is_told_as_the_semantics_tell_it() -> None:
    lines = text_of(case_of("A variable per CPU", "migration alone")).splitlines()
    assert [line.split(maxsplit=1)[1] for line in lines] == TOLD.splitlines()
    assert [line.split()[0] for line in lines] == ["0", "0", "1", "2", "3", "4", "5", "6", "7"]


def test_the_verdict_says_what_is_harmed() -> None:
    assert verdict_line(replay(case_of("Offstack", "all windows closed"))) == (
        "**Holds** at every depth, with any number of tasks and CPUs."
    )
    assert verdict_line(replay(case_of("Always to KERNEL", "exceptions in 2-3"))) == (
        "**Fails** in 7 steps with 1 task, 1 CPU and 2 frames, breaking I1. "
        "RCU stays safe at every depth: only the bookkeeping is wrong."
    )
    assert verdict_line(replay(case_of("By pt_regs", "exceptions in 2-3"))) == (
        "**Fails** in 4 steps with 1 task, 1 CPU and 2 frames, breaking I2r. RCU is not safe."
    )
    assert verdict_line(replay(case_of("A variable per CPU", "scheduling alone"))) == (
        "**Fails** in 12 steps with 2 tasks, 1 CPU and 2 frames, breaking I1 and I3. "
        "RCU is not safe either, but it takes longer: in 16 steps with 2 tasks, 1 CPU and 2 frames."
    )


def test_rcu_brackets_are_called_what_the_kernel_calls_them() -> None:
    irq = text_of(case_of("Preemption off instead of IRQs off", "preemption on, irq_enter()"))
    assert "irq_enter" in irq and "irq_exit" in irq and "nmi_" not in irq
    for title, label in (
        ("NMI-like exceptions", "nmi_enter(), schedules"),
        ("NMI that schedules", "nmi_enter(), schedules behind nmi_exit()"),
    ):
        nmi = text_of(case_of(title, label))
        assert "nmi_enter" in nmi and "nmi_exit" in nmi and "irq_" not in nmi


def test_a_row_without_a_move_has_no_cells() -> None:
    replayed = replay(case_of("No context tracking", "all windows closed"))
    assert replayed.run
    first, second, _ = timeline(replayed.run)
    assert cells(second, first)[3] == "enters exception"
    with pytest.raises(ValueError, match="row 0 has no move"):
        cells(first, first)


def test_only_the_last_line_of_a_run_is_marked() -> None:
    for title, case in CASES:
        if expected(title, case):
            *before, last = text_of(case).splitlines()
            assert "<- " in last, case.label
            assert not any("<-" in line for line in before), case.label


def test_a_run_that_several_cases_share_is_told_once() -> None:
    (sentence,) = (each for each in SENTENCES if each.title == "Offstack, with a window open")
    told = page((sentence,))
    assert told.count("```text\n") == 4
    assert all(f"- {case.label}\n" in told for case in sentence.cases)


def test_the_page_is_up_to_date() -> None:
    assert (ROOT / "docs" / "lesson.md").read_text(encoding="utf-8") == page(), f"run: {COMMAND}"


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_command_writes_the_same_page_whatever_the_hash_seed_is(seed: str) -> None:
    _, *arguments, _, _ = shlex.split(COMMAND)  # gen ... > page
    made = subprocess.run(
        [sys.executable, "-m", "gen", *arguments],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout == page()
