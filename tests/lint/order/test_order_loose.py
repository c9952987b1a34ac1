"""C that no spec describes: what comes before user_exit_irqoff() and after user_enter_irqoff()."""

from __future__ import annotations

from pathlib import Path

import pytest
from order_cases import FILE, NORETURN, RELEASE
from support import run_json

from gen.lint.order.loose import read_loose


def found(text: str, *, offstack: bool = True) -> list[tuple[str, int, str]]:
    """Rule, line and name of everything that is exposed; the text begins in line 1."""
    exposed = read_loose(FILE, text, RELEASE, NORETURN, offstack=offstack)
    return [(f"{each.kind.name.lower()} {each.window.name.lower()}", each.span.line, each.what) for each in exposed]


def function(*lines: str, name: str = "do_entry") -> str:
    """A function whose first line is line 3."""
    return f"noinstr void {name}(struct pt_regs *regs)\n{{\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"


def test_what_comes_before_user_exit() -> None:
    assert found(function("local_irq_enable();", "user_exit_irqoff();")) == [("irqs_on entry", 3, "unmask")]
    assert found(function("schedule();", "user_exit();")) == [("schedules entry", 3, "schedule")]
    assert found(function("trace_hardirqs_off();", "user_exit_irqoff();")) == [
        ("traceable entry", 3, "trace_hardirqs_off")
    ]


def test_what_comes_after_user_enter() -> None:
    text = function("user_enter_irqoff();", "schedule();", "local_irq_enable();", "trace_hardirqs_on();")
    assert found(text) == [
        ("schedules exit", 4, "schedule"),
        ("irqs_on exit", 5, "unmask"),
        ("traceable exit", 6, "trace_hardirqs_on"),
    ]


def test_interrupts_that_are_on_at_user_enter() -> None:
    text = function("local_irq_enable();", "if (x)", "\tlocal_irq_disable();", "user_enter_irqoff();")
    assert found(text) == [("irqs_on exit", 6, "user_enter_irqoff")]
    assert not found(function("local_irq_enable();", "local_irq_disable();", "user_enter_irqoff();"))
    assert not found(function("local_irq_enable();", "close_them();", "user_enter_irqoff();")), "it may mask them"


def test_helpers_of_the_file_are_looked_into() -> None:
    helper = function("user_exit_irqoff();", name="enter")
    assert found(helper + function("local_irq_enable();", "enter();")) == [("irqs_on entry", 7, "unmask")]
    opening = function("local_irq_enable();", name="open_them")
    assert found(opening + function("open_them();", "user_exit_irqoff();")) == [("irqs_on entry", 3, "unmask")]


@pytest.mark.parametrize(
    "lines",
    [
        # The state is KERNEL: the function leaves it.
        ("schedule();", "local_irq_enable();", "local_irq_disable();", "user_enter_irqoff();"),
        # Not on the way to user_exit_irqoff().
        ("if (kernel(regs)) {", "\tlocal_irq_enable();", "\treturn;", "}", "user_exit_irqoff();"),
        # What is unknown may do anything, or nothing.
        ("do_something();", "user_exit_irqoff();"),
        # user_exit() and user_enter() may be called with interrupts on.
        ("local_irq_enable();", "user_exit();", "trace_hardirqs_on();", "user_enter();", "local_irq_enable();"),
        # Again in the KERNEL state.
        ("user_enter_irqoff();", "user_exit_irqoff();", "local_irq_enable();", "schedule();"),
        # Opened for a moment, and closed again.
        ("local_irq_enable();", "local_irq_disable();", "user_exit_irqoff();"),
        # Only talked about.
        ("/* user_exit_irqoff(); */", 'pr_info("user_exit_irqoff()");', "schedule();"),
    ],
)
def test_innocent(lines: tuple[str, ...]) -> None:
    assert not found(function(*lines))


def test_a_finding_says_in_which_configurations() -> None:
    text = function("#ifdef CONFIG_EARLY", "local_irq_enable();", "#endif", "user_exit_irqoff();").replace("\t#", "#")
    (only,) = read_loose(FILE, text, RELEASE, NORETURN, offstack=True)
    assert only.condition == "CONFIG_EARLY"
    (always,) = read_loose(FILE, text.replace("#ifdef CONFIG_EARLY", "#if 1"), RELEASE, NORETURN, offstack=True)
    assert not always.condition


def test_tracing_counts_with_offstack_only() -> None:
    text = function("trace_hardirqs_off();", "user_exit_irqoff();", "user_enter_irqoff();", "trace_hardirqs_on();")
    assert not found(text, offstack=False)
    assert len(found(text)) == 2


def test_a_file_outside_of_any_tree(tmp_path: Path) -> None:
    file = tmp_path / "entry.c"
    file.write_text(function("local_irq_enable();", "user_exit_irqoff();", "user_enter_irqoff();", "schedule();"))
    result = run_json("lint", file)
    assert sorted(result.places) == [
        ("irqs-on-after-user-enter", 5, 2),
        ("irqs-on-before-user-exit", 3, 2),
        ("schedule-in-user-state", 6, 2),
    ]
    assert sorted(each["message"] for each in result.findings) == [
        "interrupts are open from here on, before user_exit_irqoff()",
        "interrupts are open when user_enter_irqoff() is called",
        "schedule() may schedule in the USER state, after user_enter_irqoff()",
    ]


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("schedule();", "schedule() may", "call it before user_enter, or schedule_user() in its place"),
        ("cond_resched();", "cond_resched() may", "call it before user_enter"),
        ("trace_hardirqs_on();", "trace_hardirqs_on() can", "call it before user_enter"),
    ],
)
def test_the_hint_is_one_that_can_be_followed(line: str, message: str, hint: str, tmp_path: Path) -> None:
    file = tmp_path / "entry.c"
    file.write_text(function("user_enter_irqoff();", line))
    (only,) = run_json("lint", file).findings
    assert only["message"].startswith(message)
    assert only["hint"] == hint


@pytest.mark.tree
def test_real_files_are_innocent(tree: Path) -> None:
    for file in (
        "arch/powerpc/include/asm/interrupt.h", "arch/powerpc/kernel/interrupt.c", "arch/powerpc/kernel/syscall.c",
        "arch/mips/kernel/ptrace.c", "arch/mips/kernel/signal.c", "arch/sparc/kernel/ptrace_64.c",
        "arch/sparc/kernel/signal_64.c", "kernel/context_tracking.c", "include/linux/context_tracking.h",
        "kernel/entry/common.c", "include/linux/entry-common.h", "arch/arm64/kernel/entry-common.c",
        "kernel/sched/core.c",
    ):  # fmt: skip
        text = (tree / file).read_text(encoding="utf-8")
        offstack = "powerpc" not in file  # it traces in its windows on purpose, and lives by the pair
        assert not read_loose(file, text, RELEASE, NORETURN, offstack=offstack), file


OPENED_UNLESS = ("if (!code)", "\tlocal_irq_enable();", "", "if (code)", "\tuser_exit_irqoff();")


@pytest.mark.parametrize(
    ("between", "is_another"),
    [
        ("count(code);", False),
        ("code = next;", True),
        ("code++;", True),
        ("change(&code);", True),
        ("regs->flags = 1;", False),
    ],
)
def test_a_question_is_the_same_until_its_answer_may_change(between: str, is_another: bool) -> None:
    lines = [line or between for line in OPENED_UNLESS]
    assert found(function(*lines)) == ([("irqs_on entry", 4, "unmask")] if is_another else [])


def test_what_is_asked_of_another_variable_or_function_is_another_question() -> None:
    opened, left = "\tlocal_irq_enable();", "\tuser_exit_irqoff();"
    blocks = function("{", "int code = 1;", "if (!code)", opened, "}", "{", "int code = 2;", "if (code)", left, "}")
    assert found(blocks) == [("irqs_on entry", 6, "unmask")]
    helper = function("if (!code)", opened, name="open_them")
    assert found(helper + function("open_them(other);", "if (code)", left)) == [("irqs_on entry", 4, "unmask")]
    calls = function("if (!check(regs))", opened, "if (check(regs))", left)
    assert found(calls) == [("irqs_on entry", 4, "unmask")]


def by_option(name: str, statement: str, *, otherwise: bool = False) -> str:
    """A helper with a statement where CONFIG_A is set, or where it is not, and else with nothing; 5 lines."""
    does, nothing = (
        f"static __always_inline void {name}(void) {{ {statement} }}",
        f"#define {name}() do {{ }} while (0)",
    )
    return f"#ifdef CONFIG_A\n{nothing if otherwise else does}\n#else\n{does if otherwise else nothing}\n#endif\n"


def test_helpers_of_an_option_and_of_its_absence_do_not_meet() -> None:
    opening, leaving = by_option("open_them", "local_irq_enable();"), "user_exit_irqoff();"
    both = function("open_them();", "leave();")
    assert not found(opening + by_option("leave", leaving, otherwise=True) + both)
    assert found(opening + by_option("leave", leaving) + both) == [("irqs_on entry", 2, "unmask")]


def test_what_an_option_closes_again_is_open_without_it() -> None:
    text = by_option("close_them", "local_irq_disable();") + function(
        "local_irq_enable();", "close_them();", "user_exit_irqoff();"
    )
    (one,) = read_loose(FILE, text, RELEASE, NORETURN, offstack=True)
    assert (one.span.line, one.condition) == (8, "!CONFIG_A")


def test_where_there_is_too_much_to_look_at_questions_are_not_tied(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line or "count_all(code);" for line in OPENED_UNLESS]
    monkeypatch.setattr("gen.lint.order.answered._MOST_STATES", 1)
    assert found(function(*lines)) == [("irqs_on entry", 4, "unmask")]
