"""Small C read back into a path, and compared with the steps that a spec has for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from order_cases import FILE, HEADER, NORETURN, USUAL, USUAL_C, findings, is_rebuilt, places, read, read_all, spec
from order_reading import Files, read_entries

from gen.diagnostics import Severity
from gen.facts.loader import entry as entry_facts
from gen.lint.order.entries import EntryReading, Outcome
from gen.model.entry import Step
from gen.model.graph import DECLARED, READ, assumed, reachable
from gen.model.release import Release

ASSEMBLY = "arch/toy/kernel/entry.S"
EXIT_ENTER = "- user_exit_irqoff\n- user_enter_irqoff\n- return\n"


def entry(body: str, before: str = "") -> str:
    return f"{before}noinstr void do_entry(struct pt_regs *regs)\n{{\n{body}\n}}\n"


def moved(body: str, before: str = "") -> str:
    """A function that leaves and enters the USER state around some code."""
    return entry(f"user_exit_irqoff();\n{body}\nuser_enter_irqoff();", before)


def around(steps: str) -> str:
    """The steps for such a function."""
    return f"- user_exit_irqoff\n{steps}- user_enter_irqoff\n- return\n"


def test_a_path_is_rebuilt_with_its_places() -> None:
    reading = read_all(spec(USUAL), USUAL_C)
    (path,) = reading.paths
    assert path.outcome is Outcome.REBUILT and path.graph is not None
    items = [path.graph.nodes[number].item for number in reachable(path.graph.nodes, path.graph.start)]
    steps = [(item.word, str(item.span)) for item in items if isinstance(item, Step)]
    assert steps[1] == ("user_exit_irqoff", f"{FILE}:4:2")
    assert steps[4] == ("work", f"{FILE}:7:2")
    assert steps[-1] == ("return", f"{FILE}:12:1")
    assert not findings(reading)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\tuser_exit_irqoff();\n", ""),
        ("\tlocal_irq_disable();\n", ""),
        ("\tlocal_irq_enable();\n", ""),
        ("\tuser_enter_irqoff();\n", "\tif (bad(regs))\n\t\treturn;\n\tuser_enter_irqoff();\n"),
        ("\tuser_exit_irqoff();\n", "\tuser_exit_irqoff();\n\tuser_exit_irqoff();\n"),
        ("\tdo_work(regs);\n", "\tdo_work(regs);\n\tschedule();\n"),
        ("\tlockdep_hardirqs_on(CALLER_ADDR0);\n", ""),
        ("\tdo_work(regs);\n", "\tdo_work(regs);\n\tpanic();\n"),
    ],
)
def test_another_order_differs(old: str, new: str) -> None:
    assert not is_rebuilt(USUAL, USUAL_C.replace(old, new))


@pytest.mark.parametrize(
    "again",
    [
        ('local_irq_enable();\n\tif (WARN(irqs_disabled(), "off"))\n\t\tlocal_irq_enable();'),
        "local_irq_enable();\n\tpreempt_disable();\n\tpreempt_enable_no_resched();",
        "instrumentation_begin();\n\tinstrumentation_end();\n\tlocal_irq_enable();",
        "local_irq_enable();\n\twhile (more())\n\t\tanything();",
    ],
)
def test_what_changes_nothing_is_not_seen(again: str) -> None:
    assert is_rebuilt(USUAL, USUAL_C.replace("local_irq_enable();", again))


# Calls.


def test_a_helper_is_spliced_in_with_its_early_return() -> None:
    helper = "static void helper(void)\n{\n\tif (quiet())\n\t\treturn;\n\tschedule();\n}\n"
    steps = around("- if: trouble\n  then:\n    - schedule\n")
    assert is_rebuilt(steps, moved("helper();", helper))
    assert not is_rebuilt(around("- schedule\n"), moved("helper();", helper))


def test_what_a_helper_returns_decides_the_question() -> None:
    helper = "static bool fixed(void)\n{\n\tif (!odd())\n\t\treturn false;\n\tschedule();\n\treturn true;\n}\n"
    steps = around("- if: trouble\n  then:\n    - schedule\n  else:\n    - irq_enter_rcu\n    - irq_exit_rcu\n")
    body = "if (!fixed()) {\nirq_enter_rcu();\nirq_exit_rcu();\n}"
    assert is_rebuilt(steps, moved(body, helper))
    assert not is_rebuilt(steps, moved(body.replace("!fixed", "fixed"), helper))


def test_and_or_and_not_are_taken_apart() -> None:
    helper = "static bool told(void)\n{\n\tschedule();\n\treturn true;\n}\n"
    steps = around("- if: trouble\n  then:\n    - schedule\n    - trace_hardirqs_on\n")
    assert is_rebuilt(steps, moved("if (odd() && told())\ntrace_hardirqs_on();", helper))
    assert is_rebuilt(steps, moved("if (!(!odd() || !told()))\ntrace_hardirqs_on();", helper))
    assert not is_rebuilt(steps, moved("if (odd() || told())\ntrace_hardirqs_on();", helper))


def test_the_spec_says_what_a_call_means() -> None:
    calls = "close_all:\n  - mask: [irq]\nset_flags(ON):\n  - unmask: [irq]\nquiet_thing: []\n"
    text = USUAL_C.replace("local_irq_enable()", "set_flags( ON )").replace("local_irq_disable()", "close_all(1)")
    assert is_rebuilt(USUAL, text, calls=calls)
    assert not is_rebuilt(USUAL, text.replace("ON", "OFF"), calls=calls)


def test_a_return_in_a_meaning_says_yes() -> None:
    calls = "odd:\n  - if: trouble\n    then:\n      - schedule\n      - return\n"
    steps = around("- if: trouble\n  then:\n    - schedule\n  else:\n    - trace_hardirqs_on\n")
    assert is_rebuilt(steps, moved("if (!odd(regs))\ntrace_hardirqs_on();"), calls=calls)
    assert not is_rebuilt(steps, moved("if (odd(regs))\ntrace_hardirqs_on();"), calls=calls)


def test_a_header_of_the_architecture_replaces_the_generic_one() -> None:
    generic = "include/linux/entry-common.h"
    others = {
        generic: "#include <asm/entry.h>\n#ifndef arch_hook\nstatic inline void arch_hook(void) {}\n#endif\n"
        "static inline void generic_part(void)\n{\n\tarch_hook();\n}\n",
        HEADER: "static inline void arch_hook(void)\n{\n\tschedule();\n}\n#define arch_hook arch_hook\n",
    }
    text = "#include <linux/entry-common.h>\n" + moved("generic_part();")
    assert is_rebuilt(around("- schedule\n"), text, others)
    assert is_rebuilt(EXIT_ENTER, text, {**others, HEADER: ""})


def test_macros_are_built_in_and_static_calls_followed() -> None:
    macros = "#define let_in() do { irq_enter_rcu(); irq_exit_rcu(); } while (0)\n"
    helper = "static void later(void)\n{\n\tschedule();\n}\n"
    steps = around("- irq_enter_rcu\n- irq_exit_rcu\n- schedule\n- schedule\n")
    body = "let_in();\nstatic_call(later)();\ncall_on_irq_stack(regs, later);"
    assert is_rebuilt(steps, moved(body, macros + helper))


def test_a_function_that_a_macro_defines() -> None:
    macro = """\
#define DEFINE_ENTRY(func) \\
static __always_inline void __##func(struct pt_regs *regs); \\
noinstr void func(struct pt_regs *regs) { user_exit_irqoff(); __##func(regs); user_enter_irqoff(); } \\
static __always_inline void __##func(struct pt_regs *regs)
"""
    text = f"{macro}DEFINE_ENTRY(do_entry)\n{{\n\tschedule();\n}}\n"
    assert is_rebuilt(around("- schedule\n"), text)
    assert not is_rebuilt(EXIT_ENTER, text)
    alone = {HEADER: macro}
    assert is_rebuilt(EXIT_ENTER, "", alone, symbol="DEFINE_ENTRY", file=HEADER, calls='"__##func": []\n')


def test_a_call_that_does_not_return_is_a_panic() -> None:
    steps = around("- if: trouble\n  then:\n    - panic\n")
    assert is_rebuilt(steps, moved('if (odd())\npanic("odd");'))
    assert is_rebuilt(steps, moved("if (odd())\nstop_it(regs);"))
    for oops in ("BUG();", "die(regs);"):
        assert is_rebuilt(EXIT_ENTER, moved(f"if (odd())\n{oops}")), "an oops is no way of a path"


# Shapes.


@pytest.mark.parametrize(
    "loop",
    [
        "while (more()) {\nlocal_irq_enable();\nschedule();\nlocal_irq_disable();\n}",
        "if (more()) {\ndo {\nlocal_irq_enable();\nschedule();\nlocal_irq_disable();\n} while (more());\n}",
        "again:\nif (more()) {\nlocal_irq_enable();\nschedule();\nlocal_irq_disable();\ngoto again;\n}",
        "for (;;) {\nif (!more())\nbreak;\nlocal_irq_enable();\nschedule();\nlocal_irq_disable();\n}",
    ],
)
def test_loops(loop: str) -> None:
    steps = around("- while: work\n  do:\n    - unmask: [irq]\n    - schedule\n    - mask: [irq]\n")
    assert is_rebuilt(steps, moved(loop))
    assert not is_rebuilt(around("- unmask: [irq]\n- schedule\n- mask: [irq]\n"), moved(loop))


def test_a_loop_that_is_left_in_the_middle() -> None:
    steps = (
        "- while: work\n  do:\n    - unmask: [irq]\n    - mask: [irq]\n- if: trouble\n  then:\n    - unmask: [irq]\n"
    )
    steps = around(f"{steps}- schedule\n- mask: [irq]\n")
    body = (
        "while (more()) {\nlocal_irq_enable();\nif (odd())\ngoto out;\nlocal_irq_disable();\n}\nout:\nschedule();\n{}"
    )
    assert is_rebuilt(steps, moved(body.replace("{}", "local_irq_disable();")))
    assert not is_rebuilt(steps, moved(body.replace("{}", "")))


def test_a_goto_into_a_loop() -> None:
    steps = "- if: trouble\n  then:\n    - schedule\n- while: work\n  do:\n    - unmask: [irq]\n    - mask: [irq]\n"
    body = "if (odd())\ngoto in;\nwhile (more()) {\nlocal_irq_enable();\nlocal_irq_disable();\nin:\nschedule();\n}"
    assert is_rebuilt(around(f"{steps}    - schedule\n"), moved(body))
    assert not is_rebuilt(around(f"{steps}    - trace_hardirqs_on\n"), moved(body))
    text = entry(f"{body}\nuser_exit_irqoff();\nuser_enter_irqoff();")
    line = text.split("\n").index("schedule();") + 1
    assert ("schedule-in-user-state", line, 1) in places(read_all(spec(EXIT_ENTER), text))


def test_a_loop_without_an_end_is_read() -> None:
    found = read(EXIT_ENTER, entry("user_exit_irqoff();\nfor (;;)\nschedule();"))
    assert found.outcome is Outcome.DIFFERS and found.graph is not None
    assert not any(node.item == Step("return") for node in found.graph.nodes)


def test_each_node_says_what_it_rests_on() -> None:
    """The tree's own text, a spec's word about assembly, or nothing: what a call does that is not looked into."""
    steps = "- lockdep_hardirqs_off\n- user_exit_irqoff\n- user_enter_irqoff\n- call: unused\n- return\n"
    text = entry("lockdep_hardirqs_off();\nfar_away(regs);\nuser_exit_irqoff();\nuser_enter_irqoff();")
    (path,) = read_all(spec(steps), text).paths
    assert path.outcome is Outcome.REBUILT and path.graph is not None
    nodes = [path.graph.nodes[number] for number in reachable(path.graph.nodes, path.graph.start)]
    assert [(str(node.item), node.provenance, node.item.span.file) for node in nodes] == [
        ("lockdep_hardirqs_off", READ, FILE),
        ("code: far_away", assumed("what far_away() does is not known"), FILE),
        ("user_exit_irqoff", READ, FILE),
        ("user_enter_irqoff", READ, FILE),
        ("instrumentation_end", DECLARED, "toy.yaml"),
        ("return", READ, FILE),
    ]


def test_goto_and_switch() -> None:
    steps = around("- if: trouble\n  then:\n    - schedule\n")
    assert is_rebuilt(steps, moved("if (a())\ngoto out;\nif (b())\ngoto out;\nschedule();\nout:\n;"))
    assert is_rebuilt(steps, moved("switch (kind(regs)) {\ncase 1:\ncase 2:\nschedule();\nbreak;\ndefault:\nbreak;\n}"))
    assert not is_rebuilt(around("- schedule\n"), moved("switch (kind(regs)) {\ncase 1:\nschedule();\n}"))


def test_a_goto_out_of_a_branch() -> None:
    steps = around("- if: trouble\n  then:\n    - trace_hardirqs_on\n- if: work\n  then:\n    - schedule\n")
    body = (
        "if (a()) {\ntrace_hardirqs_on();\nif (b())\ngoto out;\n} else if (c()) {\ngoto out;\n}\nschedule();\nout:\n;"
    )
    assert is_rebuilt(steps, moved(body))
    in_loop = "- while: work\n  do:\n    - unmask: [irq]\n"
    in_loop += "    - if: trouble\n      then:\n        - schedule\n    - mask: [irq]\n"
    body = "while (more()) {\nlocal_irq_enable();\nif (a()) {\nif (b()) {\nlocal_irq_disable();\ncontinue;\n}\n}\n"
    body += "schedule();\nlocal_irq_disable();\n}"
    assert is_rebuilt(around(in_loop), moved(body))


def test_each_view_of_a_function_counts() -> None:
    steps = around("- if: trouble\n  then:\n    - schedule\n")
    assert is_rebuilt(steps, moved("#ifdef CONFIG_A\nschedule();\n#endif"))
    assert is_rebuilt(EXIT_ENTER, moved("#ifndef CONFIG_CONTEXT_TRACKING_USER\nschedule();\n#endif"))
    twice = "#ifdef CONFIG_A\nstatic void one(void) { schedule(); }\n#else\nstatic void one(void) { }\n#endif\n"
    assert is_rebuilt(steps, moved("one();", twice))


def test_what_was_interrupted_stays_the_same() -> None:
    steps = """\
- if: user_regs
  then:
    - user_exit_irqoff
  else:
    - ct_irq_enter
- if: user_regs
  then:
    - user_enter_irqoff
  else:
    - ct_irq_exit
- return
"""
    body = "if (user_mode(regs))\nuser_exit_irqoff();\nelse\nct_irq_enter();\nif (!user_mode(regs)) {{\n{}\n}}\n{}"
    assert is_rebuilt(steps, entry(body.format("ct_irq_exit();\nreturn;", "user_enter_irqoff();")), whence="any")
    assert not is_rebuilt(steps, entry(body.format("user_enter_irqoff();\nreturn;", "ct_irq_exit();")), whence="any")
    turned = body.format("ct_irq_exit();\nreturn;", "user_enter_irqoff();").replace("!user_mode", "user_mode")
    turned = turned.replace("user_mode(regs)", "!user_mode(regs)", 1)
    assert not is_rebuilt(steps, entry(turned), whence="any")


def test_an_interrupt_comes_where_interrupts_were_on() -> None:
    steps = "- if: irqs_were_on\n  then:\n    - trace_hardirqs_on\n- return\n"
    always = entry("trace_hardirqs_on();")
    assert is_rebuilt(steps, always, whence="kernel", entered_by="irq")
    assert not is_rebuilt(steps, always, whence="kernel")


# What is not rebuilt, and why.


@pytest.mark.parametrize(
    ("text", "how", "reason"),
    [
        (USUAL_C, {"code": "asm"}, "it is assembly"),
        ("", {"file": ASSEMBLY, "others": {ASSEMBLY: "do_entry:\n"}}, "it is assembly"),
        ("", {"file": "arch/toy/kernel/other.c"}, "this tree has no arch/toy/kernel/other.c"),
        (USUAL_C, {"symbol": "do_other"}, f"{FILE} has no do_other()"),
        (USUAL_C, {"code": "mixed"}, "its first steps, from `lockdep_hardirqs_off`, are assembly"),
        (
            "#define ONE(f) noinstr void f(void)\n#define TWO(f) noinstr void two_##f(void)\n"
            "ONE(do_entry)\n{\nuser_exit_irqoff();\n}\nTWO(do_entry)\n{\nuser_exit_irqoff();\n}\n",
            {},
            "ONE and TWO define do_entry()",
        ),
    ],
)
def test_not_rebuilt(text: str, how: dict[str, Any], reason: str) -> None:
    found = read(USUAL, text, **how)
    assert (found.outcome, found.reason) in {(Outcome.NOT_REBUILT, reason), (Outcome.DIFFERS, reason)}
    assert not found.graph


OTHER_PATH = """\
  other:
    title: "another path"
    kind: syscall
    whence: user
    masked: [irq]
    code: c
    noinstr: true
    symbol: do_other
    file: arch/toy/kernel/entry.c
    steps:
      - user_exit_irqoff
      - user_enter_irqoff
      - return
"""
OTHER_C = "noinstr void do_other(void)\n{\nuser_exit_irqoff();\nuser_enter_irqoff();\n}\n"


def test_what_calls_another_path_does_what_that_does() -> None:
    found = read_all(spec(EXIT_ENTER, paths=OTHER_PATH), OTHER_C + entry("do_other();"))
    assert [each.outcome for each in found.paths] == [Outcome.REBUILT, Outcome.REBUILT]
    found = read_all(spec(EXIT_ENTER, paths=OTHER_PATH), OTHER_C + moved("if (x())\ndo_other();"))
    assert [each.outcome for each in found.paths] == [Outcome.DIFFERS, Outcome.REBUILT]


def test_a_dispatcher_is_not_another_path() -> None:
    """The facts of x86 say of fred_entry_from_user() that it dispatches."""
    described = spec(EXIT_ENTER, arch="x86", symbol="fred_entry_from_user", paths=OTHER_PATH)
    text = OTHER_C + entry("if (x())\ndo_other();\nelse\nuser_exit_irqoff();").replace(
        "do_entry", "fred_entry_from_user"
    )
    described = replace(described, kconfig=replace(described.kconfig, file="arch/x86/Kconfig"))
    label = "asm_fred_entrypoint_user:\n\tcall fred_entry_from_user\n\tERETU\n"
    found = read_all(described, text, {"arch/x86/entry/entry_64_fred.S": label}).paths
    hands_on = "it hands on to do_other() and does `user_exit_irqoff` itself"
    assert [(each.outcome, each.reason) for each in found] == [
        (Outcome.NOT_REBUILT, f"it begins in assembly: {hands_on}"),
        (Outcome.REBUILT, ""),
    ]


def test_a_path_that_moves_no_state_differs() -> None:
    """What is missing altogether is the clearest difference there is."""
    text = USUAL_C.replace("\tuser_exit_irqoff();\n", "").replace("\tuser_enter_irqoff();\n", "")
    assert not is_rebuilt(USUAL, text)
    (mismatch,) = (each for each in findings(read_all(spec(USUAL), text)) if each.rule == "spec-mismatch")
    assert (mismatch.rule, mismatch.severity, mismatch.span.line) == ("spec-mismatch", Severity.WARNING, 4)
    assert "`trace_hardirqs_off_finish` comes behind `lockdep_hardirqs_off` where the spec has" in mismatch.message


@pytest.mark.parametrize("file", entry_facts().generic_files)
def test_the_generic_entry_code_is_always_looked_into(file: str) -> None:
    """Whether or not a file includes it, and the spec names it: what it exports means one thing."""
    generic = "noinstr void enter_it(struct pt_regs *regs)\n{\n\tuser_exit_irqoff();\n}\n"
    text = USUAL_C.replace("user_exit_irqoff()", "enter_it(regs)")
    assert is_rebuilt(USUAL, text, {file: generic})
    assert not is_rebuilt(USUAL, text, {"kernel/entry/other.c": generic})
    assert not is_rebuilt(USUAL, text, {file: generic.replace("user_exit", "user_enter")})


LEAKS = """\
- exception_enter
- if: trouble
  then:
    - work: {calls: do_work, schedules: true}
    - unmask: [irq]
    - return
- exception_exit
- return
"""
LEAKS_C = "prev = exception_enter();\nif (trouble()) {\ndo_work(regs);\nlocal_irq_enable();\nreturn;\n}\n"


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        ("do_work", "do_work", set()),
        ("do_work(regs);", "do_work(regs);\nexception_exit(prev);", set()),
        ("do_work(regs);", "exception_exit(prev);\nschedule();", {"spec-mismatch"}),
        ("local_irq_enable();", "exception_exit(prev);\nexception_exit(prev);", {"spec-mismatch"}),
    ],
)
def test_a_tree_without_a_leak_of_its_spec_is_not_told_of(old: str, new: str, rules: set[str]) -> None:
    text = entry(LEAKS_C.replace(old, new) + "exception_exit(prev);")
    reading = read_all(spec(LEAKS, offstack=False), text)
    assert {each.rule for each in findings(reading)} & {"spec-mismatch"} == rules
    assert bool(reading.differing) == (old != new)


def test_what_calls_itself_is_not_rebuilt() -> None:
    found = read(USUAL, entry("do_entry(regs);"))
    assert (found.outcome, found.reason) == (Outcome.NOT_REBUILT, "do_entry() calls itself")


def test_what_is_not_understood_is_called_neither_equal_nor_different() -> None:
    """Only where a run of the path can come to it."""
    odd = "if (user_mode(regs))\nuser_exit_irqoff();\nelse\nif odd;\nuser_enter_irqoff();"
    assert is_rebuilt(EXIT_ENTER, entry(odd))
    found = read(EXIT_ENTER, entry(odd), whence="any")
    assert (found.outcome, found.reason) == (Outcome.NOT_REBUILT, "line 6 of do_entry() is not understood")


# Assembly around C.


def test_sequences_in_assembly_stay_around_the_c() -> None:
    steps = "- call: unused\n" + EXIT_ENTER.replace("- return", "- call: unused\n- return")
    assert is_rebuilt(steps, moved(""), code="mixed")


# Findings.


def test_interrupts_before_user_exit() -> None:
    text = USUAL_C.replace("\tlocal_irq_enable();\n", "").replace("{\n", "{\n\tlocal_irq_enable();\n", 1)
    found = places(read_all(spec(USUAL), text))
    assert ("irqs-on-before-user-exit", 3, 2) in found
    assert ("spec-mismatch", 3, 2) in found


def test_interrupts_at_user_enter() -> None:
    found = places(read_all(spec(USUAL), USUAL_C.replace("\tlocal_irq_disable();\n", "")))
    assert ("irqs-on-after-user-enter", 9, 2) in found
    assert ("spec-mismatch", 8, 2) in found


UNREAD = "unless note_it(), which is not found, "


def severities(reading: EntryReading) -> dict[str, Severity]:
    """Rules with the worst severity of their findings."""
    found = sorted(findings(reading), key=lambda each: -each.severity.value)
    return {each.rule: each.severity for each in found}


@pytest.mark.parametrize("call", ["", "note_it(regs);", "if (quiet)\n\t\tnote_it(regs);"])
def test_no_error_rests_on_a_call_before_user_exit_that_is_not_found(call: str) -> None:
    """What it does may be user_exit; where there is a way around it the error stands."""
    text = USUAL_C.replace("\tlocal_irq_enable();\n", "")
    text = text.replace("{\n", f"{{\n\t{call}\n\tlocal_irq_enable();\n", 1)
    (found,) = (each for each in findings(read_all(spec(USUAL), text)) if each.rule == "irqs-on-before-user-exit")
    hangs = call == "note_it(regs);"
    assert found.severity is (Severity.NOTE if hangs else Severity.ERROR)
    assert (f"{UNREAD}moves the state" in found.message) == hangs


@pytest.mark.parametrize("call", ["", "note_it(regs);", "if (quiet)\n\t\tnote_it(regs);"])
def test_no_error_rests_on_a_call_before_user_enter_that_is_not_found(call: str) -> None:
    """What it does may be local_irq_disable()."""
    text = USUAL_C.replace("local_irq_disable();", call)
    (found,) = (each for each in findings(read_all(spec(USUAL), text)) if each.rule == "irqs-on-after-user-enter")
    hangs = call == "note_it(regs);"
    assert found.severity is (Severity.NOTE if hangs else Severity.ERROR)
    assert (f"{UNREAD}masks them" in found.message) == hangs


def test_no_broken_property_rests_on_a_call_that_is_not_found() -> None:
    broken = {"schedule-in-kernel-state", "rcu-watching", "no-double-transition"}
    missing = severities(read_all(spec(USUAL), USUAL_C.replace("user_exit_irqoff();", "")))
    assert {missing[rule] for rule in broken & missing.keys()} == {Severity.ERROR}
    reading = read_all(spec(USUAL), USUAL_C.replace("user_exit_irqoff();", "note_it(regs);"))
    found = severities(reading)
    assert {found[rule] for rule in broken & found.keys()} == {Severity.NOTE}
    assert found["spec-mismatch"] is Severity.WARNING, "it is not what the spec says, whatever it does"
    assert all(f"{UNREAD}does what" in each.message for each in findings(reading) if each.rule in broken)


def test_code_in_a_window_that_may_be_instrumented() -> None:
    text = USUAL_C.replace("\tuser_exit", '\tpr_info("here");\n\tuser_exit')
    (found,) = findings(read_all(spec(USUAL), text))
    assert (found.rule, str(found.span), found.function) == (
        "instrumentable-before-user-exit",
        f"{FILE}:4:2",
        "do_entry",
    )
    assert found.message == "pr_info() can be instrumented, and runs before user_exit_irqoff(), in `entry`"
    assert [str(each.span) for each in found.related] == [f"{FILE}:5:2"]
    assert not findings(read_all(spec(USUAL, offstack=False), text)), "only offstack promises that"


@pytest.mark.parametrize(
    "definition",
    [
        "#define peek(x) (x)\n",
        "static __always_inline int peek(int x)\n{\n\treturn x;\n}\n",
        "noinstr int peek(int x)\n{\n\treturn x;\n}\n",
        "#define quietly noinstr\nstatic quietly int peek(int x)\n{\n\treturn x;\n}\n",
    ],
)
def test_what_is_seen_to_be_noinstr_may_run_in_a_window(definition: str) -> None:
    text = USUAL_C.replace("\tuser_exit", "\tpeek(1);\n\tuser_exit")
    assert not findings(read_all(spec(USUAL), definition + text))
    assert not findings(read_all(spec(USUAL), "#include <asm/entry.h>\n" + text, {HEADER: definition}))
    assert [each.rule for each in findings(read_all(spec(USUAL), text))] == ["instrumentable-before-user-exit"]


def test_what_is_only_inline_may_be_compiled_out_of_line() -> None:
    text = USUAL_C.replace("\tuser_exit", "\tpeek(1);\n\tuser_exit")
    (found,) = findings(read_all(spec(USUAL), "static inline int peek(int x)\n{\n\treturn x;\n}\n" + text))
    assert (found.rule, found.message.split()[0]) == ("instrumentable-before-user-exit", "peek()")


def test_a_function_that_is_not_noinstr_itself_is_told_once() -> None:
    (found,) = findings(read_all(spec(USUAL), USUAL_C.replace("noinstr ", "")))
    assert (found.rule, found.span.line, found.span.column) == ("instrumentable-before-user-exit", 1, 6)
    assert "runs before user_exit_irqoff() and after user_enter_irqoff(), in " in found.message
    assert found.hint == "make it noinstr"


def test_what_moves_the_state_cannot_be_called_somewhere_else() -> None:
    text = USUAL_C.replace("\tuser_exit_irqoff();", "\tuser_exit_callable();")
    hints = {each.hint for each in findings(read_all(spec(USUAL), text)) if "user_exit_callable() can" in each.message}
    assert hints == {"move the state in noinstr C, by user_exit_irqoff() and user_enter_irqoff()"}


def test_scheduling_in_the_user_state() -> None:
    text = USUAL_C.replace("\tuser_enter_irqoff();\n", "\tuser_enter_irqoff();\n\tschedule();\n")
    assert places(read_all(spec(USUAL), text)) == [("schedule-in-user-state", 11, 2), ("spec-mismatch", 11, 2)]


def test_a_difference_is_said_once_and_where_the_code_forks() -> None:
    text = USUAL_C.replace("\tuser_enter", "\tif (bad(regs))\n\t\treturn;\n\tuser_enter")
    mismatch, *broken = [each for each in findings(read_all(spec(USUAL), text)) if each.span.line in {10, 11}]
    assert mismatch.message == (
        "`bad()` may lead to `return` behind `trace_hardirqs_on_prepare` where the spec has `user_enter_irqoff`"
        ", in `entry`"
    )
    assert [str(each.span) for each in mismatch.related] == ["toy.yaml:36:9"]
    assert {each.rule for each in broken} == {"state-restored", "user-on-return"}
    assert all(each.flow[-1].span.file == FILE for each in broken), "the run goes through the lines of C"


def test_a_step_that_is_missing_is_told_without_its_consequences() -> None:
    found = findings(read_all(spec(USUAL), USUAL_C.replace("\tuser_exit_irqoff();\n", "")))
    assert "spec-mismatch" in {each.rule for each in found}
    assert not {each.rule for each in found} & {"irqs-on-before-user-exit", "instrumentable-before-user-exit"}


def test_what_only_the_spec_describes_is_found_in_the_assembly() -> None:
    steps = USUAL.replace("- return", "- code: {calls: restore_flags, traceable: true}\n- return")
    assembly = "ENTRY(enter)\n\tcall restore_flags\nleave:\n\tcall do_entry\n\tcall restore_flags\n"
    described = spec(steps, file="arch/toy/kernel/entry.S", symbol="leave")
    (found,) = findings(read_all(described, "", {"arch/toy/kernel/entry.S": assembly}))
    assert (found.rule, str(found.span)) == ("instrumentable-after-user-enter", "arch/toy/kernel/entry.S:5:7")
    assert found.related[-1].span.file == "toy.yaml"
    assert found.severity is Severity.WARNING
    other = read_entries(described, Release(6, 14), Files({"arch/toy/kernel/entry.S": assembly}.get), NORETURN)
    (same,) = findings(other)
    assert (same.rule, same.span, same.severity) == (found.rule, found.span, Severity.NOTE)
    assert same.message.endswith("unless Linux 6.14 does otherwise than the spec, which was read from another release")
