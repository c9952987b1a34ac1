"""The rules of gen lint on small trees: rule, file, line, column, function, condition, and what is said."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from linting import (
    DECLARES,
    ENTRY,
    FEATURES,
    FIXED,
    HEADER,
    KCONFIG,
    LEAK,
    TRACKS,
    TRAPS,
    TREE,
    Toy,
    makefile,
    only,
    places,
    plain,
    table,
    toy_tree,
)
from support import CANNOT_TELL, CLEAN, FINDINGS, Result, changed, line_of, run_json, section
from support import TOY_ASM as TOY

toy = pytest.fixture(toy_tree)


def said(result: Result, rule: str) -> list[str]:
    """The messages and hints of a rule."""
    return [f"{each['message']}; {each['hint']}" for each in result.findings if each["rule"] == rule]


def related(result: Result, rule: str) -> set[tuple[str, int, int, str]]:
    """The second places that the findings of a rule name."""
    return {
        (each["file"], each["line"], each["column"], each["message"])
        for found in result.findings
        if found["rule"] == rule
        for each in found["related"]
    }


def quiet(text: str) -> str:
    """A text in which nothing is expected."""
    return plain(text)


# Offstack: the pair and schedule_user() in C, headers and assembly.

USES = """\
/* exception_enter() and schedule_user() in a comment */
void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = <<offstack-uses-exception-pair>>exception_enter();

	pr_info("exception_exit() in a string");
	debug_exception_enter(regs);
	<<offstack-uses-exception-pair>>exception_exit(prev);
	<<offstack-uses-schedule-user>>schedule_user();
}
"""

DEFINES = """\
static inline enum ctx_state <<offstack-defines-exception-pair>>exception_enter(void)
{
	return 0;
}
#define <<offstack-defines-exception-pair>>exception_exit(prev) do { } while (0)
enum ctx_state debug_exception_enter(void)
{
	return 0;
}
enum ctx_state exception_enter(void);
#ifdef __ASSEMBLY__
#define SCHEDULE_USER	bl	<<offstack-uses-schedule-user>>schedule_user
#define SCHEDULE_OTHER	bl	my_schedule_user
#endif
"""

ASSEMBLY = """\
/* bl schedule_user */
	.globl	schedule_user
work_resched:
	bl	<<offstack-uses-schedule-user>>schedule_user	// schedule_user
	bl	<<offstack-uses-exception-pair>>exception_enter
	bl	my_schedule_user
	.asciz	"schedule_user"
	SCHEDULE_USER
"""

OFFSTACK = {TRAPS: USES, HEADER: DEFINES, ENTRY: ASSEMBLY}
OFFSTACK_RULES = (
    "offstack-uses-exception-pair",
    "offstack-defines-exception-pair",
    "offstack-uses-schedule-user",
)


def test_offstack_that_kconfig_selects(toy: Toy) -> None:
    result = toy.check({KCONFIG: DECLARES, **OFFSTACK})
    assert result.code == FINDINGS
    for rule in OFFSTACK_RULES:
        assert related(result, rule) == {(f"linux/{KCONFIG}", 4, 9, "declared here")}
        assert all("toy selects HAVE_CONTEXT_TRACKING_USER_OFFSTACK;" in each for each in said(result, rule))
    assert {each["function"] for each in result.findings if each["file"].endswith(TRAPS)} == {"do_trap"}


def test_offstack_that_kconfig_selects_on_a_condition(toy: Toy) -> None:
    result = toy.check({KCONFIG: DECLARES.replace("OFFSTACK", "OFFSTACK if MMU && !SMP"), **OFFSTACK})
    assert all(
        "toy selects HAVE_CONTEXT_TRACKING_USER_OFFSTACK if MMU && !SMP;" in each
        for each in said(result, "offstack-uses-schedule-user")
    )


def test_offstack_that_the_old_symbol_selects(toy: Toy) -> None:
    old = DECLARES.replace("TRACKING_USER", "TRACKING")
    result = toy.check({KCONFIG: old, **OFFSTACK}, release="5.15")
    assert all(
        "toy selects HAVE_CONTEXT_TRACKING_OFFSTACK;" in each for each in said(result, "offstack-uses-schedule-user")
    )


def test_offstack_that_only_the_spec_claims(toy: Toy) -> None:
    toy.spec(TOY)
    result = toy.check(OFFSTACK)
    line = line_of(TOY, "offstack: true")
    for rule in OFFSTACK_RULES:
        assert related(result, rule) == {("arch_specs/toy.yaml", line, 1, "declared here")}
        assert all("toy claims offstack in its spec;" in each for each in said(result, rule))


def test_kconfig_counts_before_the_spec(toy: Toy) -> None:
    toy.spec(TOY)
    result = toy.check({KCONFIG: DECLARES, **OFFSTACK})
    assert related(result, "offstack-uses-schedule-user") == {(f"linux/{KCONFIG}", 4, 9, "declared here")}


def test_nothing_is_wrong_without_offstack(toy: Toy) -> None:
    toy.check({name: quiet(text) for name, text in OFFSTACK.items()})


def test_nor_where_another_architecture_declares_it(toy: Toy) -> None:
    files = {name: quiet(text) for name, text in OFFSTACK.items()}
    toy.check({"arch/other/Kconfig": DECLARES.replace("TOY", "OTHER"), **files})


def test_nor_outside_of_architectures(toy: Toy) -> None:
    toy.check(
        {KCONFIG: DECLARES, "include/linux/context_tracking.h": quiet(DEFINES), "kernel/sched/core.c": quiet(USES)}
    )


GUARDED = """\
#ifndef CONFIG_HAVE_CONTEXT_TRACKING_USER_OFFSTACK
enum ctx_state exception_enter(void)
{
	return 0;
}
void do_one(void)
{
	exception_exit(exception_enter());
	schedule_user();
}
#else
enum ctx_state <<offstack-defines-exception-pair>>exception_enter(void)
{
	return 0;
}
#endif
void do_two(void)
{
#ifdef CONFIG_HAVE_CONTEXT_TRACKING_USER_OFFSTACK
	schedule();
#else
	schedule_user();
#endif
}
void do_three(void)
{
#ifdef CONFIG_SMP
	<<offstack-uses-schedule-user>>schedule_user();
#endif
}
"""


def test_what_is_not_compiled_with_offstack_is_no_finding(toy: Toy) -> None:
    result = toy.check({KCONFIG: DECLARES, TRAPS: GUARDED})
    found = next(each for each in result.findings if each["rule"] == "offstack-uses-schedule-user")
    assert (found["function"], found["condition"]) == ("do_three", "CONFIG_SMP")


def test_a_guard_of_the_old_symbol_in_an_old_tree(toy: Toy) -> None:
    old = {
        name: text.replace("TRACKING_USER", "TRACKING") for name, text in {KCONFIG: DECLARES, TRAPS: GUARDED}.items()
    }
    toy.check(old, release="5.15")


GUARDED_ASSEMBLY = """\
#ifndef CONFIG_HAVE_CONTEXT_TRACKING_USER_OFFSTACK
	bl	schedule_user
#else
	bl	<<offstack-uses-schedule-user>>schedule_user
#endif
"""

GUARDED_MACRO = """\
#ifdef CONFIG_HAVE_CONTEXT_TRACKING_USER_OFFSTACK
#define SCHEDULE_USER	bl	schedule
#else
#define SCHEDULE_USER	bl	schedule_user
#endif
"""


def test_a_guard_in_a_header_for_assembly(toy: Toy) -> None:
    toy.check({KCONFIG: DECLARES, HEADER: GUARDED_MACRO})


def test_a_guard_in_assembly(toy: Toy) -> None:
    toy.check({KCONFIG: DECLARES, ENTRY: GUARDED_ASSEMBLY})


# The features table.


OK, TODO = "|         toy: |  ok  |", "|         toy: | TODO |"
SILENT = "config TOY\n\tdef_bool y\n"


@pytest.mark.parametrize(
    ("kconfig", "row"),
    [(TRACKS, OK), (SILENT, TODO), (SILENT, "|         toy: | N/A  |"), (SILENT, "|         toy: |  ..  |")],
)
def test_a_table_that_agrees(toy: Toy, kconfig: str, row: str) -> None:
    assert toy.check({KCONFIG: kconfig, FEATURES: table(row)}).code == CLEAN


@pytest.mark.parametrize("status", ["TODO", "N/A ", " .. "])
def test_a_table_that_lacks_an_architecture(toy: Toy, status: str) -> None:
    row = f"|         toy: | <<features-table-mismatch>>{status.strip()} |"
    result = toy.check({KCONFIG: TRACKS, FEATURES: table(row)})
    assert said(result, "features-table-mismatch") == [
        f"toy is `{status.strip()}` here, and selects HAVE_CONTEXT_TRACKING_USER; write `ok`"
    ]
    assert related(result, "features-table-mismatch") == {(f"linux/{KCONFIG}", 3, 9, "selected here")}
    assert result.code == FINDINGS


def test_a_table_that_promises_too_much(toy: Toy) -> None:
    result = toy.check({KCONFIG: SILENT, FEATURES: table("|         toy: |  <<features-table-mismatch>>ok  |")})
    assert said(result, "features-table-mismatch") == [
        "toy is `ok` here, and selects no HAVE_CONTEXT_TRACKING_USER; write `TODO`"
    ]


def test_a_table_of_an_old_tree(toy: Toy) -> None:
    toy.check({KCONFIG: TRACKS.replace("_USER", ""), FEATURES: table(OK)}, release="5.15")


def test_a_status_that_is_none(toy: Toy) -> None:
    result = toy.check({FEATURES: table("|         toy: | <<features-table-mismatch>>yes  |")})
    assert said(result, "features-table-mismatch") == ["`yes` is no status; write one of `..`, `N/A`, `TODO`, `ok`"]


@pytest.mark.parametrize(("kconfig", "status"), [(TRACKS, "  ok"), (SILENT, "TODO")])
def test_a_missing_row(toy: Toy, kconfig: str, status: str) -> None:
    text = f"<<features-table-mismatch>>{table('|       alpha: | TODO |')}"
    result = toy.check({KCONFIG: kconfig, FEATURES: text})
    assert said(result, "features-table-mismatch") == [f"no row for toy; add `|         toy: | {status} |`"]


def test_a_row_under_an_old_name(toy: Toy) -> None:
    result = toy.check({FEATURES: table("|          to: |  <<features-table-mismatch>>ok  |")})
    assert said(result, "features-table-mismatch") == [
        "`to` is no architecture of this tree, and toy has no row; call the row `toy`"
    ]


# Selects that have no effect.


def test_offstack_without_tracking(toy: Toy) -> None:
    kconfig = f"""{SILENT}\
	select <<select-without-tracking>>HAVE_CONTEXT_TRACKING_USER_OFFSTACK
	select <<select-without-tracking>>HAVE_TIF_NOHZ if SMP
"""
    result = toy.check({KCONFIG: kconfig})
    assert said(result, "select-without-tracking") == [
        f"`{symbol}` is selected, and `HAVE_CONTEXT_TRACKING_USER` never; "
        "select HAVE_CONTEXT_TRACKING_USER under the same condition"
        for symbol in ("HAVE_CONTEXT_TRACKING_USER_OFFSTACK", "HAVE_TIF_NOHZ")
    ]
    assert result.code == FINDINGS


@pytest.mark.parametrize(
    ("tracking", "offstack", "how"),
    [
        ("", "", ""),
        ("", "if SMP", ""),
        ("if SMP", "if SMP", ""),
        ("if SMP", "if SMP && MMU", ""),
        ("if SMP || MMU", "if MMU", ""),
        ("if SMP", "if HAVE_CONTEXT_TRACKING_USER", ""),
        ("if SMP", "if MMU", "if MMU, and `HAVE_CONTEXT_TRACKING_USER` only if SMP"),
        ("if SMP", "", "always, and `HAVE_CONTEXT_TRACKING_USER` only if SMP"),
        ("if SMP && MMU", "if SMP", "if SMP, and `HAVE_CONTEXT_TRACKING_USER` only if SMP && MMU"),
        ("if SMP", "if !SMP", "if !SMP, and `HAVE_CONTEXT_TRACKING_USER` only if SMP"),
        ("if SMP", "if y", "always, and `HAVE_CONTEXT_TRACKING_USER` only if SMP"),
    ],
)
def test_the_conditions_of_two_selects(toy: Toy, tracking: str, offstack: str, how: str) -> None:
    mark = "<<select-without-tracking>>" if how else ""
    kconfig = f"""{SILENT}\
	select HAVE_CONTEXT_TRACKING_USER {tracking}
	select {mark}HAVE_CONTEXT_TRACKING_USER_OFFSTACK {offstack}
"""
    result = toy.check({KCONFIG: kconfig})
    if how:
        assert said(result, "select-without-tracking") == [
            f"`HAVE_CONTEXT_TRACKING_USER_OFFSTACK` is selected {how}; "
            "select HAVE_CONTEXT_TRACKING_USER under the same condition"
        ]
        assert related(result, "select-without-tracking") == {
            (f"linux/{KCONFIG}", 3, 9, "context tracking is selected here")
        }


@pytest.mark.parametrize("condition", ["", " if MMU"])
def test_a_select_of_another_symbol_of_the_architecture(toy: Toy, condition: str) -> None:
    mark = "<<select-without-tracking>>" if condition else ""
    kconfig = f"""{SILENT}\
	select HAVE_CONTEXT_TRACKING_USER{condition}

config TOY_SMP
	bool "SMP"
	select {mark}HAVE_CONTEXT_TRACKING_USER_OFFSTACK
"""
    toy.check({KCONFIG: kconfig})


def test_an_imply_is_no_select(toy: Toy) -> None:
    toy.check({KCONFIG: SILENT + "\timply HAVE_CONTEXT_TRACKING_USER_OFFSTACK\n"})


def test_a_select_in_another_file(toy: Toy) -> None:
    files = {
        KCONFIG: TRACKS.replace("USER", "USER if SMP") + 'source "arch/toy/Kconfig.more"\n',
        "arch/toy/Kconfig.more": "config MORE\n\tdef_bool y\n\tselect <<select-without-tracking>>HAVE_TIF_NOHZ\n",
    }
    toy.check(files)


# Names of another release.

CODE = """\
/* context_tracking_enter() in a comment */
void one(void)
{
	CALLS;
	pr_info("context_tracking_enter()");
	my_context_tracking_enter();
	p->context_tracking_enter(1);
}
"""


def code(*calls: str) -> str:
    """A C file with these statements, and lookalikes of old names."""
    return CODE.replace("CALLS;", "\n\t".join(calls))


NEW_IN_6_0 = ("user_enter_callable", "ct_nmi_enter", "ct_irq_exit", "ct_user_enter", "ct_idle_enter")
OLD_BEFORE_6_0 = (
    "context_tracking_user_enter",
    "rcu_nmi_enter",
    "rcu_irq_exit",
    "context_tracking_enter",
    "rcu_idle_enter",
)


@pytest.mark.parametrize(
    ("release", "right", "wrong"),
    [("5.15", OLD_BEFORE_6_0, NEW_IN_6_0), ("6.1", NEW_IN_6_0, OLD_BEFORE_6_0), ("6.12", NEW_IN_6_0, OLD_BEFORE_6_0)],
)
def test_calls_of_another_release(toy: Toy, release: str, right: tuple[str, ...], wrong: tuple[str, ...]) -> None:
    text = code(*(f"{name}();" for name in right), *(f"<<stale-name>>{name}();" for name in wrong)).replace(
        "user_enter_callable", "user_enter_callable"
    )
    result = toy.check({"kernel/one.c": text}, release=release)
    assert said(result, "stale-name") == [
        f"Linux {release} has no `{name}`; it is called `{other}` there"
        for name, other in zip(wrong, right, strict=True)
    ]
    assert result.code == FINDINGS


@pytest.mark.parametrize(
    ("release", "right", "wrong"),
    [
        ("5.15", "CONTEXT_USER", "CT_STATE_USER"),
        ("6.1", "CONTEXT_KERNEL", "CT_STATE_KERNEL"),
        ("6.12", "CT_STATE_USER", "CONTEXT_USER"),
    ],
)
def test_constants_of_another_release(toy: Toy, release: str, right: str, wrong: str) -> None:
    text = f"int f(int state)\n{{\n\treturn state == {right} || state == <<stale-name>>{wrong};\n}}\n"
    result = toy.check({"kernel/one.c": text}, release=release)
    assert said(result, "stale-name") == [f"Linux {release} has no `{wrong}`; it is called `{right}` there"]


def test_names_in_assembly(toy: Toy) -> None:
    text = """\
/* bl context_tracking_user_exit */
ENTRY(one)
	bl	<<stale-name>>context_tracking_user_exit
	bl	<<callable-helper>>user_enter_callable
	bl	my_rcu_nmi_enter
	.asciz	"rcu_nmi_enter"
"""
    toy.check({ENTRY: text.replace("<<stale-name>>", "<<callable-helper>><<stale-name>>")})


def test_selects_of_another_release(toy: Toy) -> None:
    old = SILENT + "\tselect <<stale-name>>HAVE_CONTEXT_TRACKING_OFFSTACK if SMP\n"
    result = toy.check({KCONFIG: old})
    assert said(result, "stale-name") == [
        "Linux 6.12 has no `HAVE_CONTEXT_TRACKING_OFFSTACK`; it is called `HAVE_CONTEXT_TRACKING_USER_OFFSTACK` there"
    ]
    new = SILENT + "\tselect <<stale-name>>HAVE_CONTEXT_TRACKING_USER\n"
    result = toy.check({KCONFIG: new, "Makefile": makefile("5.15")})
    assert said(result, "stale-name") == [
        "Linux 5.15 has no `HAVE_CONTEXT_TRACKING_USER`; it is called `HAVE_CONTEXT_TRACKING` there"
    ]


def test_a_symbol_that_the_tree_defines_is_not_stale(toy: Toy) -> None:
    toy.check({KCONFIG: f"{SILENT}\tselect CONTEXT_TRACKING_FORCE\n\nconfig CONTEXT_TRACKING_FORCE\n\tbool\n"})


def test_a_select_outside_of_the_architecture(toy: Toy) -> None:
    more = "config MORE\n\tdef_bool y\n\tselect HAVE_CONTEXT_TRACKING_OFFSTACK\n"
    toy.check({KCONFIG: f'{SILENT}source "kernel/Kconfig"\n', "kernel/Kconfig": more})


SYMBOLS = """\
/* CONFIG_HAVE_CONTEXT_TRACKING_OFFSTACK in a comment */
#ifdef <<stale-name>>CONFIG_HAVE_CONTEXT_TRACKING_OFFSTACK
int one;
#elif defined(CONFIG_SMP) && !defined(<<stale-name>>CONFIG_CONTEXT_TRACKING_FORCE) /* CONFIG_CONTEXT_TRACKING_FORCE */
int two;
#endif
#if IS_ENABLED(CONFIG_HAVE_CONTEXT_TRACKING_USER_OFFSTACK) || defined(CONFIG_CONTEXT_TRACKING)
#define THREE IS_ENABLED(<<stale-name>>CONFIG_CONTEXT_TRACKING_FORCE)
#endif
int f(void)
{
	pr_info("CONFIG_CONTEXT_TRACKING_FORCE");
	return IS_ENABLED(<<stale-name>>CONFIG_HAVE_CONTEXT_TRACKING_OFFSTACK) || MY_CONFIG_CONTEXT_TRACKING_FORCE;
}
"""


def test_symbols_of_another_release(toy: Toy) -> None:
    result = toy.check({"kernel/one.c": SYMBOLS})
    assert said(result, "stale-name")[0] == (
        "Linux 6.12 has no `CONFIG_HAVE_CONTEXT_TRACKING_OFFSTACK`; "
        "it is called `CONFIG_HAVE_CONTEXT_TRACKING_USER_OFFSTACK` there"
    )


def test_symbols_of_another_release_in_assembly(toy: Toy) -> None:
    text = """\
	/* CONFIG_CONTEXT_TRACKING_FORCE */
#ifdef <<stale-name>>CONFIG_HAVE_CONTEXT_TRACKING_OFFSTACK
	nop
#endif
#ifdef CONFIG_HAVE_CONTEXT_TRACKING_USER_OFFSTACK
	nop
#endif
"""
    toy.check({ENTRY: text})


OWN = """\
#define rcu_nmi_enter() do { } while (0)
static void rcu_irq_enter(void)
{
}
void one(void)
{
	rcu_nmi_enter();
	rcu_irq_enter();
	<<stale-name>>rcu_irq_exit();
}
"""


def test_names_that_a_file_defines_itself(toy: Toy) -> None:
    toy.check({"kernel/one.c": OWN})


# Helpers that are meant for assembly.


@pytest.mark.parametrize(
    ("release", "exit_", "enter"),
    [
        ("5.15", "context_tracking_user_exit", "context_tracking_user_enter"),
        ("6.12", "user_exit_callable", "user_enter_callable"),
    ],
)
def test_callable_helpers(toy: Toy, release: str, exit_: str, enter: str) -> None:
    assembly = f"""\
	/* {exit_} */
	.globl	{exit_}
	.macro	ct_user_exit, save = 1
	bl	<<callable-helper>>{exit_}
	.endm
vector_swi:
	ct_user_exit
	bl	my_{exit_}
"""
    c = f"""\
extern void {exit_}(void);
void f(void)
{{
	<<callable-helper>>{enter}();
	g({enter});
}}
"""
    result = toy.check({ENTRY: assembly, TRAPS: c}, release=release)
    assert said(result, "callable-helper") == [
        f"{exit_}() can be traced, and is kept for assembly only; call user_exit_irqoff() from noinstr C",
        f"{enter}() can be traced, and is kept for assembly only; call user_enter_irqoff() from noinstr C",
    ]
    assert result.code == CLEAN, "notes alone are no reason to fail"


def test_callable_helpers_outside_of_architectures(toy: Toy) -> None:
    toy.check({"kernel/context_tracking.c": "void f(void)\n{\n\tuser_exit_callable();\n}\n"})


# Architectures that could declare offstack.

THERE = {
    "arch/toy/kernel/entry.c": """\
void from_user(void), user_work(void), to_user(void);
void do_syscall(void), do_fault(void), do_irq(void), do_nmi(void), ret_from_fork(void);
"""
}
"""The symbols of the spec: assembly, which C only declares."""

ELIGIBLE = TRACKS.replace("select ", "select <<offstack-eligible>>")
HARMLESS = "void f(void)\n{\n\tuser_exit_irqoff();\n\tdebug_exception_enter();\n\tuser_enter_irqoff();\n}\n"


def where_to_select(result: Result) -> str:
    """Where a hint tells to add the select."""
    hint = str(only(result, "offstack-eligible")["hint"])
    match = re.match(r"add `select HAVE_CONTEXT_TRACKING_(?:USER_)?OFFSTACK` (.*?)[:;]", hint)
    assert match, hint
    return match[1]


def test_an_architecture_that_could_declare_offstack(toy: Toy) -> None:
    toy.spec(TOY)
    result = toy.check({KCONFIG: ELIGIBLE, TRAPS: HARMLESS, **THERE})
    assert only(result, "offstack-eligible")["message"] == (
        "toy could select HAVE_CONTEXT_TRACKING_USER_OFFSTACK: nothing in arch/toy uses the pair or schedule_user(), "
        "and the claim of arch_specs/toy.yaml is proved "
        "(5 of 5 entry paths read, 5 as the spec describes them)"
    )
    assert where_to_select(result) == "after line 3"
    line = line_of(TOY, "offstack: true")
    assert related(result, "offstack-eligible") == {("arch_specs/toy.yaml", line, 1, "claimed here")}


def test_the_condition_that_offstack_would_have(toy: Toy) -> None:
    toy.spec(TOY)
    result = toy.check({KCONFIG: ELIGIBLE.replace("USER", "USER if MMU"), **THERE})
    assert where_to_select(result) == "after line 3 with the condition of HAVE_CONTEXT_TRACKING_USER"


def test_the_line_that_offstack_would_have(toy: Toy) -> None:
    toy.spec(TOY)
    before = "".join(f"\tselect {name}\n" for name in ("ARCH_HAS_A", "ARCH_HAS_B", "HAVE_ARCH_KGDB"))
    after = "".join(f"\tselect {name}\n" for name in ("HAVE_DEBUG", "IRQ_DOMAIN", "MMU"))
    kconfig = f"{SILENT}{before}\tselect <<offstack-eligible>>HAVE_CONTEXT_TRACKING_USER\n{after}"
    assert where_to_select(toy.check({KCONFIG: kconfig, **THERE})) == "after line 6"


def test_an_old_tree_that_could_declare_offstack(toy: Toy) -> None:
    spec = TOY.replace("select HAVE_CONTEXT_TRACKING_USER", "select HAVE_CONTEXT_TRACKING")
    toy.spec(changed(spec, 'kernel: "6.12"\n', 'kernel: "6.12"\nalso: ["5.15"]\n'))
    files = {KCONFIG: ELIGIBLE.replace("_USER", ""), **THERE}
    assert where_to_select(toy.check(files, release="5.15")) == "after line 3"


@pytest.mark.parametrize(
    "files",
    [
        {TRAPS: "void f(void)\n{\n\texception_exit(exception_enter());\n}\n"},
        {ENTRY: "\tbl\tschedule_user\n"},
        {HEADER: "#define SCHEDULE_USER	bl	schedule_user\n"},
        {KCONFIG: SILENT},
        {KCONFIG: DECLARES},
    ],
    ids=["pair", "schedule_user", "macro", "does not track", "declares"],
)
def test_an_architecture_that_could_not(toy: Toy, files: dict[str, str]) -> None:
    toy.spec(TOY)
    toy.add(files)
    assert "offstack-eligible" not in run_json("lint", "--tree", TREE).rules


SYSCALL = section(TOY, "syscall")


def test_a_path_that_is_not_read(toy: Toy) -> None:
    """It is neither right nor wrong, and nothing is said of a claim; a reason that the spec gives is its own matter."""
    entry, kconfig = "arch/toy/kernel/entry.c", {KCONFIG: TRACKS.replace("USER", "USER if MMU")}
    long = "\tif (asked())\n\t\tanswer();\n" * 2001
    code = f"{THERE[entry]}noinstr void do_syscall(void)\n{{\n{long}}}\n"
    in_c = TOY.replace("code: asm", "code: c", 1)
    toy.spec(in_c)
    result = toy.check({**kconfig, entry: code})
    found = only(result, "path-not-read")
    assert (result.code, found["severity"], found["line"]) == (CANNOT_TELL, "note", line_of(code, "noinstr"))
    assert found["message"] == "`syscall` is not read: it has more than 8,000 steps and questions"
    assert related(result, "path-not-read") == {
        ("arch_specs/toy.yaml", line_of(TOY, "syscall:"), 3, "the spec describes it here")
    }
    assert run_json("lint", "--tree", "linux", "--ignore", "path-not-read").code == CLEAN
    toy.spec(in_c.replace("    symbol: do_syscall\n", '    symbol: do_syscall\n    unread: "more than 8,000 steps"\n'))
    declared = run_json("lint", "--tree", "linux")
    assert declared.code == CLEAN
    assert [each["rule"] for each in declared.findings] == ["offstack-eligible"]
    toy.spec(in_c.replace("    symbol: do_syscall\n", '    symbol: do_syscall\n    unread: "it is large"\n'))
    assert run_json("lint", "--tree", "linux").code == CANNOT_TELL


def test_a_function_that_calls_itself_is_not_read(toy: Toy) -> None:
    entry = "arch/toy/kernel/entry.c"
    toy.spec(TOY.replace("code: asm", "code: c", 1))
    result = toy.check({entry: THERE[entry] + "noinstr void do_syscall(void)\n{\n\tdo_syscall();\n}\n"})
    assert only(result, "path-not-read")["message"] == "`syscall` is not read: do_syscall() calls itself"


def test_a_claim_that_is_not_made_or_not_proved(toy: Toy) -> None:
    toy.spec(changed(TOY, "offstack: true", "offstack: false"))
    toy.check({TRAPS: HARMLESS})
    toy.spec(changed(TOY, SYSCALL, SYSCALL.replace("- call: from_user", "- schedule\n      - call: from_user")))
    toy.check({TRAPS: HARMLESS})


# Handlers that assembly calls.

PAIRED = """\
void do_paired(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	notify(regs);
	exception_exit(prev);
}
"""

HANDLERS = """\
	.macro	BUILD_HANDLER exception handler
NESTED(handle_\\exception, PT_SIZE, sp)
	jal	do_\\handler
END(handle_\\exception)
	.endm

	BUILD_HANDLER one paired
	BUILD_HANDLER two bare
	BUILD_HANDLER three other
"""


def handler(body: str, name: str = "do_bare", mark: str = "", more: str = "") -> str:
    """A handler that does one thing."""
    return f"{more}void {mark}{name}(struct pt_regs *regs)\n{{\n\t{body}\n}}\n"


BARE = handler("notify(regs);", mark="<<handler-without-pair>>")


def test_a_handler_without_the_pair_that_a_macro_calls(toy: Toy) -> None:
    result = toy.check({TRAPS: PAIRED + BARE, ENTRY: HANDLERS})
    assert said(result, "handler-without-pair") == [
        "do_bare() runs in whatever state it finds, where do_paired() calls exception_enter(); "
        "bracket it with exception_enter() and exception_exit(), or make sure that it uses no RCU and sends no signal"
    ]
    line = line_of(HANDLERS, "two bare")
    assert related(result, "handler-without-pair") == {(f"linux/{ENTRY}", line, 2, "assembly calls it here")}
    assert only(result)["function"] == "do_bare"
    assert result.code == CLEAN


def test_a_handler_without_the_pair_that_is_called_plainly(toy: Toy) -> None:
    assembly = "one:\n\tbl\tdo_paired\ntwo:\n\tbl\tdo_bare\n\tbl\tdo_leaf\n"
    leaf = handler("regs->pc += 4;", "do_leaf")
    result = toy.check({TRAPS: PAIRED, "arch/toy/mm/fault.c": BARE + leaf, ENTRY: assembly})
    assert related(result, "handler-without-pair") == {(f"linux/{ENTRY}", 4, 5, "assembly calls it here")}


@pytest.mark.parametrize(
    "innocent",
    [
        handler("irq_enter(); notify(regs); irq_exit();"),
        handler("nmi_enter(); notify(regs); nmi_exit();"),
        handler("regs->pc += 4;"),
        handler("regs->pc = user_mode_to_pc(smp_processor_id());"),
        handler('panic("no");'),
        handler("die(regs);", more="void __noreturn die(struct pt_regs *regs);\n"),
        handler("gone(regs);", more='static void gone(struct pt_regs *regs)\n{\n\tnotify(regs);\n\tpanic("no");\n}\n'),
        handler("do_inner(regs);", more=f"static {PAIRED.replace('do_paired', 'do_inner')}"),
        handler("do_other(regs);"),
        handler("notify(regs);").replace("void do", "asmlinkage void __irq_entry do"),
        handler("notify(regs);").replace("struct pt_regs *regs", "void"),
        handler("notify(regs);", "do_nobody_calls"),
        f"static {handler('notify(regs);', 'do_helper')}",
    ],
    ids=[
        "irq_enter",
        "nmi_enter",
        "leaf",
        "harmless",
        "panic",
        "noreturn",
        "helper that does not return",
        "callee with the pair",
        "callee that assembly calls",
        "__irq_entry",
        "no pt_regs",
        "not called",
        "static",
    ],
)
def test_handlers_that_need_no_pair(toy: Toy, innocent: str) -> None:
    files = {TRAPS: PAIRED + innocent, "arch/toy/kernel/other.c": handler("irq_enter(); notify(regs);", "do_other")}
    assert toy.check({**files, ENTRY: HANDLERS}).findings == []


def test_handlers_without_a_sibling(toy: Toy) -> None:
    paired = HANDLERS.replace("two bare", "two paired")
    bare = HANDLERS.replace("BUILD_HANDLER", "OTHER_HANDLER").replace("one paired", "one bare")
    toy.check({TRAPS: PAIRED + quiet(BARE), ENTRY: paired + bare})
    toy.check({ENTRY: paired, "arch/toy/mm/tlb.S": bare})


@pytest.mark.parametrize("kconfig", [SILENT, SILENT + "\tselect HAVE_CONTEXT_TRACKING_USER if MMU\n"])
def test_handlers_of_an_architecture_that_does_not_track(toy: Toy, kconfig: str) -> None:
    tracks = "TRACKING" in kconfig
    toy.check({KCONFIG: kconfig, TRAPS: PAIRED + (BARE if tracks else quiet(BARE)), ENTRY: HANDLERS})


def test_handlers_of_an_architecture_with_offstack(toy: Toy) -> None:
    toy.add({KCONFIG: DECLARES, TRAPS: PAIRED + BARE, ENTRY: HANDLERS})
    assert run_json("lint", "--tree", TREE).rules == {"offstack-uses-exception-pair"}


# The pair, in a tree.


def test_the_exit_comes_behind_what_a_return_calls(toy: Toy) -> None:
    text = """\
int do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	<<exception-exit-missing>>return handle(regs, 1);
}
"""
    found = only(toy.check({TRAPS: text}))
    assert found["hint"] == "keep the value of `handle(regs, 1)`, and call exception_exit(prev) before the return"


def test_a_config_answers_questions_in_c_too(tmp_path: Path) -> None:
    file, config = tmp_path / "entry.c", tmp_path / ".config"
    file.write_text("""\
void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (IS_ENABLED(CONFIG_TOY))
		return;
	exception_exit(prev);
}

void noinstr do_early(struct pt_regs *regs)
{
#ifdef CONFIG_TOY
	local_irq_enable();
#endif
	if (IS_ENABLED(CONFIG_TOY))
		local_irq_enable();
	user_exit_irqoff();
}
""")
    with_toy = [
        ("exception-exit-missing", 6, 3),
        ("irqs-on-before-user-exit", 13, 2),
        ("irqs-on-before-user-exit", 16, 3),
    ]
    for symbol, found in (("CONFIG_TOY", with_toy), ("CONFIG_OTHER", [])):
        config.write_text(f"{symbol}=y\n")
        result = run_json("lint", file, "--config", config)
        assert sorted(result.places) == found
        assert {each["condition"] for each in result.findings} <= {""}


def test_a_pair_that_does_nothing_is_not_missed(toy: Toy) -> None:
    text = """\
void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (fixup(regs))
		return;
	exception_exit(prev);
	exception_exit(prev);
	exception_enter();
}
"""
    rules = {"exception-exit-missing", "exception-exit-unpaired", "exception-enter-unsaved"}
    toy.add({TRAPS: text})
    assert run_json("lint", "--tree", TREE).rules >= rules
    sometimes = DECLARES.replace("_OFFSTACK\n", "_OFFSTACK if TOY64\n")
    for always in (
        DECLARES,
        DECLARES.replace("_OFFSTACK\n", "_OFFSTACK if HAVE_CONTEXT_TRACKING_USER\n"),
        sometimes.replace("_USER\n", "_USER if TOY64\n"),
    ):
        toy.add({KCONFIG: always})
        assert run_json("lint", "--tree", TREE).rules == {"offstack-uses-exception-pair"}, always
    toy.add({KCONFIG: DECLARES.replace("_USER\n", "_USER if TOY64\n")})
    assert run_json("lint", "--tree", TREE).rules == {"offstack-uses-exception-pair", "select-without-tracking"}
    toy.add({KCONFIG: sometimes})
    assert run_json("lint", "--tree", TREE).rules == {"offstack-uses-exception-pair", *rules}
    without = f"#ifndef CONFIG_HAVE_CONTEXT_TRACKING_USER_OFFSTACK\n{text}#endif\n"
    toy.add({KCONFIG: DECLARES, TRAPS: without})
    assert run_json("lint", "--tree", TREE).rules == rules


def test_a_leak_names_its_function_its_condition_and_its_way(toy: Toy) -> None:
    text = """\
void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (user_mode(regs)) {
#ifdef CONFIG_TOY_FIXUP
		if (fixup(regs))
			<<exception-exit-missing>>return;
#endif
		notify(regs);
	}
	exception_exit(prev);
}
"""
    found = only(toy.check({TRAPS: text}))
    assert (found["function"], found["condition"]) == ("do_trap", "CONFIG_TOY_FIXUP")
    assert found["message"] == "returns with exception_enter() of line 3 still open, by way of lines 5, 7, 8"
    assert found["hint"] == "call exception_exit(prev) before it"
    assert [(step["line"], step["column"], step["message"]) for step in found["flow"]] == [
        (3, 24, "exception_enter() opens"),
        (5, 6, "`user_mode(regs)` is true"),
        (7, 7, "`fixup(regs)` is true"),
        (8, 4, "leaves the function"),
    ]
    assert {step["file"] for step in (*found["flow"], *found["related"])} == {f"linux/{TRAPS}"}


def test_the_other_rules_about_the_pair(toy: Toy) -> None:
    text = """\
void one(void)
{
	<<exception-enter-unsaved>>exception_enter();
}
void two(void)
{
	enum ctx_state prev = exception_enter();

	<<exception-exit-mismatch>>exception_exit(CONTEXT_USER);
}
void three(void)
{
	enum ctx_state prev = exception_enter();

	exception_exit(prev);
	<<exception-exit-unpaired>>exception_exit(prev);
}
"""
    result = toy.check({TRAPS: text}, "--ignore", "stale-name")
    assert [each["function"] for each in result.findings] == ["one", "two", "three"]


@pytest.mark.parametrize("arch", ["toy", "other"])
def test_what_does_not_return_is_asked_of_the_architecture(toy: Toy, arch: str) -> None:
    dies = """\
void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (fixup(regs))
		exception_exit(prev);
	else
		die(regs);
MARK}
"""
    files = {
        "arch/other/Kconfig": SILENT,
        TRAPS: dies.replace("MARK", "" if arch == "toy" else "<<exception-exit-missing>>"),
        f"arch/{arch}/include/asm/bug.h": "void __noreturn die(struct pt_regs *regs);\n",
    }
    toy.check(files)


# What cannot be followed, and what cannot be read.


def test_kconfig_that_cannot_be_followed(toy: Toy) -> None:
    kconfig = f"""{TRACKS}\
	<<kconfig-not-read>>select

<<kconfig-not-read>>source "arch/toy/Kconfig.gone"
"""
    result = toy.check({KCONFIG: kconfig, TRAPS: FIXED})
    assert "`arch/toy/Kconfig.gone` cannot be read" in said(result, "kconfig-not-read")[1]
    assert result.code == FINDINGS


def test_a_function_that_is_not_analysed(toy: Toy) -> None:
    options = "".join(f"#ifdef CONFIG_{letter}\n\tdo_{letter}();\n#endif\n" for letter in "ABCDEFG")
    text = f"""\
#ifdef CONFIG_MMU
void <<not-analysed>>do_trap(void)
{{
	enum ctx_state prev = exception_enter();
{options}\
	exception_exit(prev);
}}
#endif
"""
    result = toy.check({TRAPS: text + FIXED})
    assert said(result, "not-analysed") == [
        "do_trap() is not analysed: its #if lines make more than 64 variants; "
        "read it yourself, or choose its #if lines with --config"
    ]
    assert (only(result)["function"], result.code) == ("do_trap", CLEAN)


def test_code_that_is_no_c_is_not_analysed(toy: Toy) -> None:
    text = """\
void do_trap(void)
{
	enum ctx_state prev = exception_enter();

	<<not-analysed>>goto nowhere;
	exception_exit(prev);
}
"""
    (said_so,) = said(toy.check({TRAPS: text}), "not-analysed")
    assert said_so.startswith("do_trap() is not analysed: ") and said_so.endswith("; read it yourself")


@pytest.mark.parametrize("attribute", ["__free(exit_it)", "__cleanup(exit_it)", "__attribute__((cleanup(exit_it)))"])
def test_a_state_that_the_compiler_cleans_up_is_named(toy: Toy, attribute: str) -> None:
    text = f"""\
void <<not-analysed>>do_trap(void)
{{
	enum ctx_state prev {attribute} = exception_enter();

	notify();
}}
"""
    (said_so,) = said(toy.check({TRAPS: text}), "not-analysed")
    assert said_so.startswith("do_trap() is not analysed: `prev` is cleaned up at the end of its scope; ")


def test_a_file_that_is_too_large(toy: Toy) -> None:
    toy.add({TRAPS: LEAK, "arch/toy/kernel/large.c": "exception_enter();\n"})
    with (toy.root / "arch/toy/kernel/large.c").open("ab") as file:
        file.truncate((32 << 20) + 1)
    result = run_json("lint", "--tree", TREE)
    assert places(result) == [
        ("unreadable-source", "linux/arch/toy/kernel/large.c", 1, 1),
        ("exception-exit-missing", f"linux/{TRAPS}", 6, 3),
    ]
    assert said(result, "unreadable-source") == ["cannot be read: larger than 32 MiB; nothing in it is checked"]
    assert result.code == FINDINGS


def test_a_file_that_must_not_be_read(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.add({TRAPS: LEAK, "arch/toy/kernel/locked.c": LEAK})

    def refuse(name: str, *how: Any, **more: Any) -> int:
        if name.endswith("locked.c"):
            raise PermissionError(13, "Permission denied", name)
        return opened(name, *how, **more)

    opened = os.open
    monkeypatch.setattr("gen.kernel.tree.os.open", refuse)
    result = run_json("lint", "--tree", TREE)
    assert said(result, "unreadable-source") == ["cannot be read: permission denied; nothing in it is checked"]
    assert [each["file"] for each in result.findings] == ["linux/arch/toy/kernel/locked.c", f"linux/{TRAPS}"]


def test_what_only_looks_like_a_file(toy: Toy) -> None:
    toy.add({"arch/toy/kernel/folder.c/traps.c": LEAK})
    kernel = toy.root / "arch/toy/kernel"
    (kernel / "dangling.c").symlink_to("nowhere.c")
    (kernel / "link.c").symlink_to("folder.c/traps.c")
    (kernel / "self.c").symlink_to("self.c")
    os.mkfifo(kernel / "fifo.c")
    result = run_json("lint", "--tree", TREE)
    assert places(result) == [("exception-exit-missing", "linux/arch/toy/kernel/folder.c/traps.c", 6, 3)]
