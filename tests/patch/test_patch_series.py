"""What a series changes, in what order, in which words; and what stands in its way."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from series_making import (
    ASSEMBLY,
    BROKEN,
    DATE,
    DECLARED,
    ENTRIES,
    ENTRY,
    FAULT,
    FAULTS,
    FEATURES,
    HANDLERS,
    KCONFIG,
    LEAKS,
    NOT_CLAIMED,
    OFFSTACK,
    OPTIONS,
    RULE,
    SORTED,
    TRAPS,
    UNTRACKED,
    WAY_OUT,
    Made,
    Toy,
    flat,
    git,
    pair_spec,
    toy_tree,
)
from support import BAD_INPUT, CANNOT_TELL, CLEAN, TOY_C, changed, line_of
from support import TOY as TOY_IN_C
from support import TOY_ASM as TOY

from gen.patch import making
from gen.patch.checking import applied
from gen.patch.mail import Letter, mails
from gen.patch.scratch import Author
from gen.patch.series import FileChange, Patch, Series

toy = pytest.fixture(toy_tree)

SELECT = f"\tselect {OFFSTACK}"
HEADERS = "arch/toy/include/asm/sched.h"


def nothing_to_do(toy: Toy, *options: object) -> str:
    """Why there is nothing to do; nothing is written."""
    result = toy.run(*options, "-o", "nothing")
    assert (result.code, result.err) == (CLEAN, ""), result.out + result.err
    assert not (toy.here / "nothing").exists()
    return result.out.splitlines()[0]


def is_complete(toy: Toy, made: Made, *options: object) -> None:
    """On the tree as the series leaves it a second run has nothing to do."""
    toy.as_left_by(made)
    assert nothing_to_do(toy, *options).startswith("toy: nothing to do: ")


def is_complete_with_stubs(toy: Toy, made: Made) -> None:
    """The same for a port: nothing is left to do, but nobody says what enters by the stubs that are in the tree now."""
    toy.as_left_by(made)
    result = toy.run("--rfc", "-o", "nothing")
    assert (result.code, result.err) == (CANNOT_TELL, ""), result.out + result.err
    assert not (toy.here / "nothing").exists()
    assert result.out.startswith("toy: cannot tell about Linux 6.12.3: ")


# One line.


def test_one_line_says_it(toy: Toy) -> None:
    made = toy.made()
    assert made.subjects == [f"[PATCH] toy: select {OFFSTACK}"]
    assert made.touched == [KCONFIG]
    assert made.applied(toy)[KCONFIG].decode() == changed(SORTED, "_USER\n", f"_USER\n{SELECT}\n")
    is_complete(toy, made)


ODD = """\
config TOY
	def_bool y
	select ZSMALLOC
	select HAVE_TIF_NOHZ
	select HAVE_CONTEXT_TRACKING_USER
	select ARCH_ODD
	select BINFMT
	select AUDIT
"""
"""Selects in no order at all."""


def test_in_a_list_without_order_it_is_beside_the_one_that_it_belongs_to(toy: Toy) -> None:
    toy.add({KCONFIG: ODD})
    assert toy.made().applied(toy)[KCONFIG].decode() == changed(ODD, "_USER\n", f"_USER\n{SELECT}\n")


def test_in_a_sorted_list_it_is_in_order_and_not_beside(toy: Toy) -> None:
    between = changed(SORTED, "_USER\n", "_USER\n\tselect HAVE_CONTEXT_TRACKING_USER_A\n")
    toy.add({KCONFIG: between})
    assert toy.made().applied(toy)[KCONFIG].decode() == changed(between, "_USER_A\n", f"_USER_A\n{SELECT}\n")


@pytest.mark.parametrize("condition", ["MMU", "!MMU && (TOY_A || TOY_B = y)", "$(cc-option,-mtoy)"])
def test_the_condition_is_that_of_tracking(condition: str, toy: Toy) -> None:
    conditional = changed(SORTED, "_USER\n", f"_USER if {condition}\n")
    toy.add({KCONFIG: conditional})
    made = toy.made()
    after = made.applied(toy)[KCONFIG].decode()
    assert [line for line in after.splitlines() if OFFSTACK in line] == [f"{SELECT} if {condition}"]
    is_complete(toy, made)


def test_a_select_on_two_lines(toy: Toy) -> None:
    two = changed(SORTED, "_USER\n", "_USER \\\n\t\tif MMU\n")
    toy.add({KCONFIG: two})
    assert toy.made().applied(toy)[KCONFIG].decode() == changed(two, "\t\tif MMU\n", f"\t\tif MMU\n{SELECT} if MMU\n")


def test_line_ends_and_indentation_are_those_of_the_file(toy: Toy) -> None:
    before = SORTED.replace("\t", "    ").replace("\n", "\r\n")
    toy.add({KCONFIG: before})
    made = toy.made()
    assert made.applied(toy)[KCONFIG].decode() == changed(before, "_USER\r\n", f"_USER\r\n    select {OFFSTACK}\r\n")
    assert "git am --keep-cr series/series.mbox" in made.result.out
    is_complete(toy, made)


def test_a_file_without_a_last_line_end(toy: Toy) -> None:
    before = "config TOY\n\tdef_bool y\n\tselect HAVE_CONTEXT_TRACKING_USER"
    toy.add({KCONFIG: before})
    made = toy.made()
    assert made.applied(toy)[KCONFIG].decode() == f"{before}\n{SELECT}"
    is_complete(toy, made)


def test_the_select_may_be_in_a_file_of_its_own(toy: Toy) -> None:
    own = "arch/toy/Kconfig.cpu"
    toy.add({KCONFIG: 'source "arch/toy/Kconfig.cpu"\n\nconfig OTHER\n\tselect ZZZ\n', own: SORTED})
    toy.spec(changed(TOY, "    file: arch/toy/Kconfig\n", f"    file: {own}\n"))
    made = toy.made()
    assert made.touched == [own]
    assert made.applied(toy)[own].decode() == changed(SORTED, "_USER\n", f"_USER\n{SELECT}\n")


def test_the_name_is_that_of_the_release(toy: Toy) -> None:
    old = SORTED.replace("TRACKING_USER", "TRACKING")
    toy.add({KCONFIG: old, "arch/Kconfig": OPTIONS.replace("TRACKING_USER", "TRACKING")}, release="5.15")
    spec = changed(TOY, "text: select HAVE_CONTEXT_TRACKING_USER", "text: select HAVE_CONTEXT_TRACKING")
    toy.spec(changed(spec, 'kernel: "6.12"\n', 'kernel: "6.12"\nalso: ["5.15"]\n'))
    made = toy.made()
    assert made.subjects == ["[PATCH] toy: select HAVE_CONTEXT_TRACKING_OFFSTACK"]
    assert made.applied(toy)[KCONFIG].decode().count("\tselect HAVE_CONTEXT_TRACKING_OFFSTACK\n") == 1


def test_a_tree_that_says_so_already_needs_nothing(toy: Toy) -> None:
    toy.add({KCONFIG: DECLARED})
    assert nothing_to_do(toy) == "toy: nothing to do: the tree is as the spec wants it"


# The pair goes.


def test_what_goes_and_in_what_order(toy: Toy) -> None:
    """schedule_user() is not built with offstack, so it goes with the select; the rest does nothing then."""
    toy.add({TRAPS: HANDLERS, FAULT: FAULTS, ENTRY: ASSEMBLY})
    made = toy.made()
    assert made.subjects == [
        f"[PATCH 0/3] toy: declare {OFFSTACK}",
        f"[PATCH 1/3] toy: select {OFFSTACK}",
        "[PATCH 2/3] toy: traps: remove exception_enter() and exception_exit()",
        "[PATCH 3/3] toy: fault: remove exception_enter() and exception_exit()",
    ]
    assert "Remove them from do_trap() and do_step(), with what only they needed." in made.messages[1]
    assert "Call schedule() instead, in the same step" in flat(made.messages[0])
    assert "3 patches for 4 files; calls removed: 3 of exception_enter() and 3 of\nexception_exit()." in made.cover
    after = made.applied(toy)
    assert sorted(after) == sorted([KCONFIG, ENTRY, TRAPS, FAULT])
    assert after[FAULT].decode() == changed(
        changed(
            changed(FAULTS, "\tenum ctx_state prev_state = exception_enter();\n", ""),
            "\texception_exit(prev_state);\n",
            "",
        ),
        "#include <linux/context_tracking.h>\n",
        "",
    )
    is_complete(toy, made)


def test_each_step_leaves_what_builds(toy: Toy) -> None:
    """No step has schedule_user() with offstack selected, schedule() without, or the pair in part of a file."""
    toy.add({TRAPS: HANDLERS, FAULT: FAULTS, ENTRY: ASSEMBLY})
    made = toy.made()
    made.applied(toy)
    place = toy.here / "applied"
    for _ in made.patches:
        declared = OFFSTACK in (place / KCONFIG).read_text()
        assert declared != ("schedule_user" in (place / ENTRY).read_text())
        for file in (TRAPS, FAULT):
            text = (place / file).read_text()
            assert text.count("exception_enter") == text.count("exception_exit")
        git(place, "checkout", "-q", "HEAD~")
    assert OFFSTACK not in (place / KCONFIG).read_text()


def test_where_it_is_declared_already_the_pair_goes_all_the_same(toy: Toy) -> None:
    toy.add({KCONFIG: DECLARED, TRAPS: HANDLERS})
    made = toy.made()
    assert made.subjects == ["[PATCH] toy: traps: remove exception_enter() and exception_exit()"]
    assert f"With {OFFSTACK} selected, exception_enter() returns 0" in flat(made.messages[0])
    is_complete(toy, made)
    toy.add({TRAPS: HANDLERS, FAULT: FAULTS})
    made = toy.made(folder="two")
    assert made.subjects[0] == "[PATCH 0/2] toy: remove exception_enter() and exception_exit()"
    assert f"arch/toy says that with {OFFSTACK}, and still calls the pair in 2 files." in flat(made.cover)


def test_files_of_one_name_are_told_apart(toy: Toy) -> None:
    toy.add({TRAPS: HANDLERS, "arch/toy/mm/traps.c": FAULTS})
    assert toy.made().subjects[2:] == [
        "[PATCH 2/3] toy: kernel/traps: remove exception_enter() and exception_exit()",
        "[PATCH 3/3] toy: mm/traps: remove exception_enter() and exception_exit()",
    ]


def test_comments_and_line_ends_of_a_file_stay(toy: Toy) -> None:
    before = HANDLERS.replace("\n", "\r\n").removesuffix("\r\n")
    toy.add({TRAPS: before})
    after = toy.made().applied(toy)[TRAPS].decode()
    assert "/* Not a word of this comment goes. */\r\n" in after
    assert after.endswith("}") and after.count("\n") == after.count("\r\n") > 10


def test_the_semantic_patch_takes_the_pair_out(toy: Toy) -> None:
    if shutil.which("spatch") is None:
        pytest.skip("no spatch; apt-get install coccinelle")
    toy.add({TRAPS: HANDLERS})
    made = toy.made()
    rules = made.folder / "removal.cocci"
    subprocess.run(["spatch", "--parse-cocci", rules], check=True, capture_output=True)
    text = HANDLERS + FAULTS + "void f(void)\n{\n\texception_enter();\n\tpanic();\n}\n"
    (toy.here / "traps.c").write_text(text)
    told = next(line for line in rules.read_text().splitlines() if "--in-place" in line)
    subprocess.run(
        told.removeprefix("//").replace("removal.cocci", str(rules)).replace("FILE...", "traps.c").split(),
        cwd=toy.here,
        check=True,
        capture_output=True,
    )
    after = (toy.here / "traps.c").read_text()
    assert not re.search("exception_e|ctx_state|prev", after)
    assert "/* Not a word of this comment goes. */" in after


def test_a_spec_beside_the_pair_is_a_semantic_patch(toy: Toy) -> None:
    toy.add({TRAPS: HANDLERS})
    assert "removal.cocci" in toy.made().files
    toy.add({TRAPS: "\n"})
    assert "removal.cocci" not in toy.made(folder="other").files


# Assembly.


def test_schedule_user_in_assembly_becomes_schedule(toy: Toy) -> None:
    toy.add({ENTRY: ASSEMBLY})
    made = toy.made()
    after = made.applied(toy)[ENTRY].decode()
    assert after == (
        "/* SPDX-License-Identifier: GPL-2.0 */\n#include <asm/asm.h>\n\n"
        "ENTRY(ret_to_user)\n\tcall	schedule	/* SCHEDULE is one of two */\n\tb	ret_to_user\nEND(ret_to_user)\n"
    )
    is_complete(toy, made)


CALLED = f"{ASSEMBLY}\nENTRY(other)\n\tcall\tschedule_user\nEND(other)\n"


@pytest.mark.parametrize(
    ("file", "text", "part"),
    [
        (ENTRY, "\tcall\tschedule_user\n", "schedule_user"),
        (ENTRY, CALLED, "call\tschedule_user"),
        (ENTRY, ASSEMBLY.replace("#ifdef CONFIG", "#ifndef CONFIG"), "SCHEDULE schedule_user"),
        (ENTRY, ASSEMBLY.replace("_USER\n", "_USER\n#define X\n"), "SCHEDULE schedule_user"),
        (HEADERS, "#define SCHEDULE schedule_user\n", "SCHEDULE schedule_user"),
        (TRAPS, "void f(void)\n{\n\tschedule_user();\n}\n", "schedule_user"),
        (TRAPS, "void f(void)\n{\n\tcall(schedule_user);\n}\n", "schedule_user"),
    ],
    ids=["called", "called too", "the other way", "between", "header", "C", "address"],
)
def test_schedule_user_that_a_person_has_to_look_at(file: str, text: str, part: str, toy: Toy) -> None:
    toy.add({file: text})
    line = line_of(text, part)
    column = text.splitlines()[line - 1].expandtabs(1).index("schedule_user") + 1
    places = [each[:4] for each in toy.refused()]
    assert places == [("patch-refused", f"linux/{file}", line, column)]


def test_a_declaration_of_schedule_user_does_no_harm(toy: Toy) -> None:
    toy.add({HEADERS: "asmlinkage void schedule_user(void);\n"})
    assert toy.made().touched == [KCONFIG]


# Refusals.


STORED = """\
void do_odd(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	regs->state = prev;
	exception_exit(prev);
}
"""


def test_every_place_that_stands_in_the_way_is_named(toy: Toy) -> None:
    toy.add(
        {
            TRAPS: HANDLERS + STORED,
            FAULT: FAULTS.replace("\tret =", "\tif (prev_state == 1)\n\t\treturn 0;\n\tret ="),
            ENTRY: CALLED,
        }
    )
    found = toy.refused()
    assert [each[:3] for each in found] == [
        ("patch-refused", "linux/arch/toy/kernel/entry.S", line_of(CALLED, "call\tschedule_user")),
        ("patch-refused", "linux/arch/toy/kernel/traps.c", line_of(HANDLERS + STORED, "regs->state")),
        ("patch-refused", "linux/arch/toy/mm/fault.c", 10),
    ]
    assert [each[4] for each in found] == [
        "schedule_user() is called by no macro that chooses",
        "the saved state `prev` is copied to `regs->state`, in do_odd()",
        "the saved state `prev_state` decides `if`, in do_fault()",
    ]


def test_a_refusal_is_at_the_line_that_the_tree_has(toy: Toy) -> None:
    """Also where a patch before it in the series would move that line."""
    enter = "\tenum ctx_state prev = exception_enter();\n\n"
    third = f"\nint do_third(struct pt_regs *regs)\n{{\n{enter}\treturn handle(regs);\n}}\n"
    toy.add({TRAPS: LEAKS + third})
    ((rule, file, line, column, message),) = toy.refused("--fix", RULE)
    assert (rule, file, line, column) == ("patch-refused", f"linux/{TRAPS}", line_of(LEAKS + third, "return handle"), 2)
    assert "behind what `handle(regs)` does" in message


def test_a_refusal_is_short_where_nobody_asks_for_json(toy: Toy) -> None:
    toy.add({TRAPS: STORED})
    result = toy.run()
    assert result.code == BAD_INPUT
    assert result.out == (
        "linux/arch/toy/kernel/traps.c:5:16: error: the saved state `prev` is copied to `regs->state`, in do_odd(); "
        "change this by hand first; nothing is written [patch-refused]\n1 error; nothing is written\n"
    )


def test_tracking_that_is_selected_twice_is_for_a_person(toy: Toy) -> None:
    """A select beside one of them would look as if it were said for both."""
    twice = f"{SORTED}\nconfig TOY64\n\tbool\n\tselect HAVE_CONTEXT_TRACKING_USER\n"
    toy.add({KCONFIG: twice})
    ((rule, file, line, column, _),) = toy.refused()
    assert (rule, file, line, column) == ("patch-refused", f"linux/{KCONFIG}", twice.count("\n"), 9)


def test_imply_is_no_select(toy: Toy) -> None:
    toy.add({KCONFIG: changed(SORTED, "\tselect HAVE_TIF", "\timply HAVE_CONTEXT_TRACKING_USER\n\tselect HAVE_TIF")})
    assert toy.made().applied(toy)[KCONFIG].decode().count(SELECT) == 1


# The claim.


ASSEMBLY_ONLY = (
    "0 of the 5 entry paths were read from the C of Linux 6.12.3, and nothing in them is assumed; the other 5 are "
    "assembly, of which it is the spec's word."
)
"""What is said of a tree of which no entry path is in C."""


def test_a_claim_that_is_not_proved_is_refused(toy: Toy) -> None:
    toy.spec(BROKEN)
    ((rule, file, line, column, message),) = toy.refused()
    assert (rule, file, line, column) == ("claim-not-proved", "toy.yaml", line_of(TOY, "offstack: true"), 1)
    assert message.startswith("toy does not keep the promise: ")
    assert "[rcu-watching]" in message


def test_with_rfc_the_reasons_are_in_the_letter(toy: Toy) -> None:
    toy.spec(BROKEN)
    toy.add({TRAPS: HANDLERS})
    made = toy.made("--rfc")
    assert [each.partition("]")[0] for each in made.subjects] == ["[RFC PATCH 0/2", "[RFC PATCH 1/2", "[RFC PATCH 2/2"]
    reasons = made.cover.partition("This is a request for comments, because:\n\n")[2].partition("\n\n")[0]
    assert {"[rcu-watching]", "[schedule-in-kernel-state]"} <= set(re.findall(r"\[[a-z-]+\]", reasons))
    assert f"This series shows what it takes to say that of arch/toy, with {OFFSTACK}." in flat(made.cover)
    assert "proved" not in made.cover + made.patches[0]
    assert "do not keep that promise yet" in made.messages[0]
    assert ASSEMBLY_ONLY in flat(made.cover)
    run = made.cover.partition("How rcu-watching breaks, with the state after each step:\n\n")[2].partition("\n\n")[0]
    assert run.splitlines()[0] == "    the task runs in user mode [USER]"
    assert run.splitlines()[-1] == "    do_work() [USER]"
    is_complete(toy, made, "--rfc")


def test_a_proof_with_rfc_has_no_reasons(toy: Toy) -> None:
    made = toy.made("--rfc")
    assert "because:" not in made.cover
    message = flat(made.messages[0])
    assert "The 5 entry paths of arch/toy in Linux 6.12.3 were proved to keep that promise for every nesting" in message
    assert message.endswith(ASSEMBLY_ONLY)
    toy.add({TRAPS: HANDLERS})
    cover = flat(toy.made("--rfc", folder="two").cover)
    assert "The 5 entry paths were proved to keep the promise of offstack for every nesting depth" in cover
    assert ASSEMBLY_ONLY in cover


def test_warned_requirements_name_their_places(toy: Toy) -> None:
    toy.spec(TOY.replace("noinstr: true", "noinstr: false"))
    cover = toy.made().cover
    answer = cover.partition("- R6 holds with warnings: ")[2].partition("\n\n")[0].splitlines()
    assert answer[1:] == [
        "  instrumentation_begin()",
        "  - do_syscall() (arch/toy/kernel/entry.c) is not noinstr",
        "  - do_fault() (arch/toy/kernel/entry.c) is not noinstr",
        "  - do_irq() (arch/toy/kernel/entry.c) is not noinstr",
        "  - do_nmi() (arch/toy/kernel/entry.c) is not noinstr",
        "  - ret_from_fork() (arch/toy/kernel/entry.c) is not noinstr",
    ]


def test_an_unbalanced_bracket_is_no_proof(toy: Toy) -> None:
    toy.spec(changed(TOY, "      - irq_enter_rcu\n", "      - irq_enter_rcu\n      - instrumentation_begin\n"))
    ((rule, *_, message),) = toy.refused()
    assert (rule, "[unbalanced-bracket]" in message) == ("claim-not-proved", True), message


def test_a_spec_that_claims_nothing_wants_nothing(toy: Toy) -> None:
    toy.spec(NOT_CLAIMED)
    toy.add({TRAPS: HANDLERS})
    assert nothing_to_do(toy) == "toy: nothing to do: the spec says `offstack: false`"
    assert nothing_to_do(toy, "--offstack", "false") == "toy: nothing to do: `--offstack false` was asked for"


def test_what_if_it_claimed_it(toy: Toy) -> None:
    toy.spec(NOT_CLAIMED)
    made = toy.made("--offstack", "true")
    assert made.subjects == [f"[PATCH] toy: select {OFFSTACK}"]
    assert "  $ gen patch toy.yaml --offstack true --tree linux/ -o series/\n" in made.cover


def test_what_if_it_did_not(toy: Toy) -> None:
    assert nothing_to_do(toy, "--offstack", "false") == "toy: nothing to do: `--offstack false` was asked for"


def test_a_select_that_nobody_claims_is_for_a_person(toy: Toy) -> None:
    toy.spec(NOT_CLAIMED)
    toy.add({KCONFIG: DECLARED})
    result = toy.run()
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert result.err == (
        f"gen patch: linux/arch/toy/Kconfig:5: {OFFSTACK} is selected, and the spec says `offstack: false`; "
        "one of them has to be changed by hand\n"
    )


# What the proof is worth in the tree.

ENTRY_C = "arch/toy/kernel/entry.c"
IN_ORDER = """\
void do_syscall(struct pt_regs *regs)
{
	user_exit_irqoff();
	trace_hardirqs_off_finish();
	local_irq_enable();
	handle_syscall(regs);
	local_irq_disable();
	while (work & _TIF_WORK) {
		local_irq_enable();
		if (work & _TIF_NEED_RESCHED)
			schedule();
		do_work(regs);
		local_irq_disable();
	}
	trace_hardirqs_on_prepare();
	user_enter_irqoff();
}
"""
ENABLED = "\tlocal_irq_enable();\n\thandle"
OUT_OF_ORDER = changed(changed(IN_ORDER, ENABLED, "\thandle"), "\tuser_exit", "\tlocal_irq_enable();\n\tuser_exit")


SYSCALL_IN_C = TOY.replace("code: asm", "code: c", 1)


def test_paths_that_are_read_in_c_are_counted(toy: Toy) -> None:
    toy.spec(SYSCALL_IN_C)
    toy.add({ENTRY_C: ENTRIES + IN_ORDER})
    assert flat(toy.made().messages[0]).endswith(
        "1 of the 5 entry paths were read from the C of Linux 6.12.3, and nothing in them is assumed; the other 4 are "
        "assembly, of which it is the spec's word."
    )
    toy.spec(TOY_IN_C)
    toy.add({ENTRY_C: TOY_C})
    counted = (
        "4 of the 5 entry paths were read from the C of Linux 6.12.3, and nothing in them is assumed; the other is"
    )
    assert counted in flat(toy.made(folder="more").messages[0])


def test_what_the_spec_has_in_another_order_than_the_c_does_not_count(toy: Toy) -> None:
    """What is read is what the tree does; where it does as it should, a spec that does not is of no consequence."""
    toy.spec(changed(TOY_IN_C, WAY_OUT, "".join(reversed(WAY_OUT.splitlines(keepends=True)))))
    toy.add({ENTRY_C: TOY_C})
    message = flat(toy.made().messages[0])
    assert "The 5 entry paths of arch/toy in Linux 6.12.3 were proved to keep that promise" in message


def test_what_the_c_does_that_nobody_knows_claims_nothing(toy: Toy) -> None:
    """Behind user_enter() a function without a text may do anything."""
    late = changed(TOY_C, "\tuser_enter_irqoff();\n", "\tuser_enter_irqoff();\n\tcheck_work(regs);\n")
    toy.spec(TOY_IN_C)
    toy.add({ENTRY_C: late})
    ((rule, file, line, column, message),) = toy.refused()
    assert (rule, file, line, column) == ("proof-of-other-code", "toy.yaml", line_of(TOY_IN_C, "offstack: true"), 1)
    assert message == (
        "of the entry code of Linux 6.12.3 not all is known: what check_work() does is not known, in do_syscall "
        f"({ENTRY_C}:{line_of(late, 'check_work')}:2)"
    )


def test_c_without_a_body_claims_nothing(toy: Toy) -> None:
    """The spec's word counts where it says that a path is assembly; its C is in the tree, or nothing is known of it."""
    toy.spec(SYSCALL_IN_C)
    ((rule, *_, message),) = toy.refused()
    assert rule == "proof-of-other-code"
    assert f"do_syscall() is not read: {ENTRY_C} has no do_syscall()" in message
    assert "do_fault" not in message


def test_a_release_that_the_spec_was_not_read_from_is_told(toy: Toy) -> None:
    """Assembly is the spec's word alone, and that is about another release."""
    said = "The spec was read from Linux 6.12, and not from this one."
    assert said not in flat(toy.made(folder="first").messages[0])
    toy.add({}, release="6.11")
    assert said in flat(toy.made(folder="older").messages[0])
    toy.spec(changed(TOY, 'kernel: "6.12"\n', 'kernel: "6.12"\nalso: ["6.11"]\n'))
    assert said not in flat(toy.made(folder="read").messages[0])


def test_a_tree_that_breaks_the_promise_is_refused_although_the_spec_keeps_it(toy: Toy) -> None:
    """The C of the tree is what is judged: here irq is open at user_exit_irqoff(), which the spec has closed."""
    toy.spec(SYSCALL_IN_C)
    toy.add({ENTRY_C: ENTRIES + OUT_OF_ORDER})
    ((rule, file, line, column, message),) = toy.refused()
    assert (rule, file, line, column) == ("claim-not-proved", "toy.yaml", line_of(TOY, "offstack: true"), 1)
    broken = "`user_exit_irqoff` runs with `irq` open, in do_syscall [irqs-on-at-irqoff]"
    assert message == f"toy does not keep the promise: {broken}"
    made = toy.made("--rfc")
    assert made.subjects == [f"[RFC PATCH] toy: select {OFFSTACK}"]
    assert f"This is a request for comments, because: - {broken}" in flat(made.cover)
    assert flat(made.messages[0]).endswith("do not keep that promise yet; the cover letter says which and why.")
    assert "proved" not in made.cover + made.messages[0]


@pytest.mark.parametrize("release", ["6.12", "6.1"])
def test_a_proof_of_what_is_not_in_the_tree_claims_nothing(release: str, toy: Toy) -> None:
    toy.add({ENTRY_C: changed(ENTRIES, "do_irq(void), ", ""), TRAPS: HANDLERS}, release=release)
    ((rule, file, line, column, message),) = toy.refused()
    assert (rule, file, line, column) == ("proof-of-other-code", "toy.yaml", line_of(TOY, "offstack: true"), 1)
    assert message == (
        f"of the entry code of Linux {release}.3 not all is known: `interrupt` is not in this tree: {ENTRY_C} has no "
        f"do_irq (toy.yaml:{line_of(TOY, '  interrupt:')}:3)"
    )
    made = toy.made("--rfc")
    assert f"This is a request for comments, because: - {message}" in flat(made.cover)
    assert "Nothing is claimed of this tree: 4 of 4 entry paths read, 0 in C, 4 as the spec declares them" in flat(
        made.cover
    )
    assert flat(made.messages[0]).endswith(
        f"Whether the entry paths of arch/toy keep that promise cannot be told from this tree: - {message}"
    )
    assert "proved" not in made.cover + "".join(made.messages)


def test_a_handler_of_which_nothing_is_known_claims_nothing(toy: Toy) -> None:
    """Somebody has to say what enters by it, as the facts of do_trap() do."""
    text = HANDLERS.replace("do_trap", "handle_trap")
    toy.add({TRAPS: text})
    ((rule, *_, message),) = toy.refused()
    assert (rule, message) == (
        "proof-of-other-code",
        "of the entry code of Linux 6.12.3 not all is known: it is not known what enters by handle_trap() "
        f"({TRAPS}:{line_of(text, 'handle_trap')}:6)",
    )


def test_both_reasons_are_told(toy: Toy) -> None:
    toy.spec(BROKEN)
    toy.add({ENTRY_C: changed(ENTRIES, "do_irq(void), ", "")})
    assert [each[0] for each in toy.refused()] == ["claim-not-proved", "proof-of-other-code"]
    made = toy.made("--rfc")
    reasons = flat(made.cover).partition("This is a request for comments, because: ")[2]
    assert re.findall(r"\[rcu-watching\]|`interrupt` is not in this tree", reasons)[:2] == [
        "[rcu-watching]",
        "`interrupt` is not in this tree",
    ]
    assert "do not keep that promise yet" in made.messages[0]


def test_what_is_mended_needs_no_proof(toy: Toy) -> None:
    toy.add({ENTRY_C: "", TRAPS: LEAKS})
    assert toy.made("--fix", RULE).subjects[0].startswith("[PATCH 0/2] ")


# A port that does not track yet.

NOWHERE = UNTRACKED.replace("\tselect HAVE_TIF_NOHZ\n", "")
TABLE = """\
#
# Feature name:          user-context-tracking
#         Kconfig:       HAVE_CONTEXT_TRACKING_USER
#         description:   arch supports user context tracking for NO_HZ_FULL
#
    -----------------------
    |         arch |status|
    -----------------------
    |       other: |  ok  |
    |         toy: | TODO |
    -----------------------
"""


@pytest.fixture
def port(toy: Toy) -> Toy:
    """A tree whose toy does not track user context."""
    toy.add({KCONFIG: NOWHERE, FEATURES: TABLE})
    return toy


def test_a_port_is_a_draft(port: Toy) -> None:
    ((rule, file, line, column, message),) = port.refused()
    assert (rule, file, line, column) == ("port-is-a-draft", "toy.yaml", line_of(TOY, "offstack: true"), 1)
    assert message == "arch/toy does not track user context yet, and what begins it is a draft"


def test_what_a_port_begins_with(port: Toy) -> None:
    made = port.made("--rfc")
    assert made.subjects == [
        "[RFC PATCH 0/2] toy: track user context",
        "[RFC PATCH 1/2] toy: add context tracking to the entry code",
        "[RFC PATCH 2/2] toy: select HAVE_CONTEXT_TRACKING_USER",
    ]
    header, stubs = "arch/toy/include/asm/context_tracking.h", "arch/toy/kernel/entry-stubs.c"
    after = made.applied(port)
    assert sorted(after) == sorted([header, stubs, KCONFIG, FEATURES])
    assert after[FEATURES].decode() == changed(TABLE, "|         toy: | TODO |", "|         toy: |  ok  |")
    selects = "\tselect HAVE_CONTEXT_TRACKING_USER if MMU\n" + f"{SELECT} if MMU\n"
    assert after[KCONFIG].decode() == changed(NOWHERE, "GENERIC_ENTRY\n", f"GENERIC_ENTRY\n{selects}")
    assert b"toy_ct_user_exit_irqoff" in after[stubs]
    assert OFFSTACK in made.messages[1]
    assert "in the order that was proved" in made.messages[0]
    assert "the stubs call the port's own functions" in made.cover
    assert "removal.cocci" not in made.files
    is_complete_with_stubs(port, made)


def test_a_port_that_lives_by_the_pair(port: Toy) -> None:
    port.spec(pair_spec())
    made = port.made("--rfc")
    after = made.applied(port)
    assert OFFSTACK not in after[KCONFIG].decode() + made.mbox.decode() + made.cover
    assert b"exception_enter" in after["arch/toy/kernel/entry-stubs.c"]
    assert "proved to keep the state and RCU as they have to be, for every nesting" in " ".join(made.cover.split())
    is_complete(port, made)


ASKS = r"""my ($first) = grep { /^0001/ } @ARGV;
my $let = grep { /^--ignore=.*FILE_PATH_CHANGES/ } @ARGV;
open my $mail, "<", $first;
my $new = grep { /^new file mode/ } <$mail>;
if ($new != 2 * $let) { print "$first:1: WARNING:FILE_PATH_CHANGES: $new, $let\n"; exit 1 }
"""
"""A checkpatch.pl that asks of new files whether MAINTAINERS knows them, as the tree's does."""


def test_the_question_about_maintainers_does_not_stop_a_port(port: Toy) -> None:
    port.add({"scripts/checkpatch.pl": ASKS})
    made = port.made("--rfc", "--run-tree-scripts")
    assert "scripts/checkpatch.pl --strict has no objection" in made.cover
    is_complete_with_stubs(port, made)


def test_the_question_about_maintainers_is_heard_where_no_file_is_new(toy: Toy) -> None:
    toy.add({"scripts/checkpatch.pl": ASKS})
    made = toy.made("--run-tree-scripts")
    assert "scripts/checkpatch.pl --strict has no objection" in made.cover
    is_complete(toy, made)


def test_a_port_whose_claim_is_not_proved_says_so(port: Toy) -> None:
    port.spec(BROKEN)
    made = port.made("--rfc")
    assert "[rcu-watching]" in made.cover
    assert "as the spec describes them" in made.messages[0]
    assert "proved" not in made.cover + "".join(made.messages)


def test_a_port_without_a_features_table(toy: Toy) -> None:
    toy.add({KCONFIG: NOWHERE})
    assert FEATURES not in toy.made("--rfc").touched


# Fixes.


@pytest.fixture
def leaks(toy: Toy) -> Toy:
    """A tree that leaks in three functions of two files, and is not to do without the pair."""
    toy.spec(NOT_CLAIMED)
    toy.add({TRAPS: LEAKS, FAULT: FAULTS.replace("\tret =", "\tif (!address)\n\t\treturn -1;\n\tret =")})
    return toy


def test_a_fix_is_one_patch_a_function(leaks: Toy) -> None:
    made = leaks.made("--fix", RULE)
    assert made.subjects == [
        "[PATCH 0/3] toy: exit context tracking on every way out of exception handlers",
        "[PATCH 1/3] toy: call exception_exit() on every way out of do_first()",
        "[PATCH 2/3] toy: call exception_exit() on every way out of do_second()",
        "[PATCH 3/3] toy: call exception_exit() on every way out of do_fault()",
    ]
    assert [re.findall(r"^diff --git a/(\S+)", text, re.MULTILINE) for text in made.patches] == [
        [TRAPS],
        [TRAPS],
        [FAULT],
    ]
    assert "Each patch stands alone and can be backported alone." in made.cover
    after = made.applied(leaks)
    assert after[TRAPS].decode() == changed(
        changed(
            LEAKS,
            '\tif (fixup(regs))\n\t\treturn;\n\tdie("first"',
            '\tif (fixup(regs)) {\n\t\texception_exit(prev);\n\t\treturn;\n\t}\n\tdie("first"',
        ),
        "\t\treturn;\n\tif (!user_mode",
        "\t\tgoto out;\n\tif (!user_mode",
    )
    leaks.as_left_by(made)
    assert nothing_to_do(leaks, "--fix", RULE) == f"toy: nothing to do: gen lint finds no {RULE}"


def test_a_fix_tells_the_way(leaks: Toy) -> None:
    message = leaks.made("--fix", RULE).messages[2]
    assert message.startswith(
        "do_fault() calls exception_enter(), and can be left without\nexception_exit():\n\n"
        "- by a return where `!address` is true\n\n"
    )


def test_the_fixes_apply_one_without_the_other(leaks: Toy, tmp_path: Path) -> None:
    made = leaks.made("--fix", RULE)
    for number, name in enumerate(made.names[1:]):
        place = tmp_path / f"alone{number}"
        place.mkdir()
        git(place, "init", "-q")
        for file, content in leaks.files([TRAPS, FAULT]).items():
            (place / file).parent.mkdir(parents=True, exist_ok=True)
            (place / file).write_bytes(content)
        git(place, "add", "-A")
        git(place, "commit", "-q", "-m", "base")
        git(place, "am", "-q", "-", text=made.files[name])
        (changed_file,) = git(place, "diff", "--name-only", "HEAD~").splitlines()
        assert changed_file == [TRAPS, TRAPS, FAULT][number]


def test_a_tree_without_leaks_needs_no_fix(toy: Toy) -> None:
    toy.add({TRAPS: HANDLERS})
    assert nothing_to_do(toy, "--fix", RULE) == f"toy: nothing to do: gen lint finds no {RULE}"


def test_one_fix_is_not_told_to_stand_alone(toy: Toy) -> None:
    toy.add({TRAPS: LEAKS.partition("void do_second")[0]})
    made = toy.made("--fix", RULE)
    assert made.subjects == ["[PATCH] toy: call exception_exit() on every way out of do_first()"]
    assert "stands alone" not in made.cover


def test_a_leak_that_a_person_has_to_look_at(toy: Toy) -> None:
    text = LEAKS.partition("void do_second")[0].replace("void do_first", "#define LEAVE return\n\nvoid do_first")
    text = text.replace("\t\treturn;", "\t\tLEAVE;")
    toy.add({TRAPS: text})
    ((rule, file, line, _, message),) = toy.refused("--fix", RULE)
    assert (rule, file, line) == ("patch-refused", f"linux/{TRAPS}", line_of(text, "\t\tLEAVE;"))
    assert message == "there is no `return` here; a macro may hide it, in do_first()"


# What fails its checks.


def test_a_series_that_fails_a_check_is_not_written(toy: Toy) -> None:
    toy.add({"scripts/checkpatch.pl": 'print "$ARGV[-1]:7: WARNING:TYPO: no\\n"; exit 1;\n'})
    ((rule, file, line, _, message),) = toy.refused("--run-tree-scripts")
    assert (rule, file, line) == ("patch-check-failed", "toy.yaml", line_of(TOY, "offstack: true"))
    assert message == f"0001-toy-select-{OFFSTACK}.patch:7: WARNING:TYPO: no"


def test_a_series_that_leaves_something_to_do_is_not_written(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    planned: list[Any] = []
    real = making.plan

    def plan(*arguments: Any) -> Any:
        planned.append(planned[0] if planned else real(*arguments))
        return planned[-1]

    monkeypatch.setattr(making, "plan", plan)
    ((rule, *_, message),) = toy.refused()
    assert (rule, message) == ("patch-check-failed", "a second run on the patched tree is not empty")


def test_a_line_of_the_tree_that_lint_would_object_to_then_is_for_a_person(toy: Toy) -> None:
    """The spec wants tracking only with MMU, where the tree says something that needs it in any case."""
    toy.add({KCONFIG: UNTRACKED})
    ((rule, file, line, column, message),) = toy.refused("--rfc")
    assert (rule, file, line, column) == ("patch-refused", f"linux/{KCONFIG}", line_of(UNTRACKED, "HAVE_TIF"), 9)
    assert message.startswith("with the series gen lint objects to this: `HAVE_TIF_NOHZ` is selected always")
    assert message.endswith("[select-without-tracking]")


def test_a_series_that_lint_would_object_to_is_not_written(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of the series itself is our mistake."""
    real = making.plan

    def plan(job: Any) -> Any:
        planned: Any = real(job)
        (patch,) = planned.series.patches or (None,)
        if patch is None:
            return planned
        (change,) = patch.changes
        bad = replace(
            change, after=change.after.replace(b"\tselect MMU", b"\tselect HAVE_CONTEXT_TRACKING\n\tselect MMU")
        )
        return replace(planned, series=replace(planned.series, patches=(replace(patch, changes=(bad,)),)))

    monkeypatch.setattr(making, "plan", plan)
    ((rule, file, _, _, message),) = toy.refused()
    assert (rule, file) == ("patch-check-failed", "toy.yaml")
    assert message.startswith(f"gen lint finds something new: {KCONFIG}:8:9: ")


def test_every_patch_is_read_and_every_objection_told(toy: Toy) -> None:
    toy.add({TRAPS: HANDLERS, "scripts/checkpatch.pl": 'print "$_:7: CHECK:ODD: no\\n" foreach grep { /^0/ } @ARGV;\n'})
    assert [message.partition("-")[0] for *_, message in toy.refused("--run-tree-scripts")] == ["0001", "0002"]


def test_a_checkpatch_that_fails_says_why(toy: Toy) -> None:
    toy.add({"scripts/checkpatch.pl": 'die "no luck\\n";\n'})
    ((*_, message),) = toy.refused("--run-tree-scripts")
    assert message == "checkpatch.pl: no luck"


def test_a_tree_without_checkpatch(toy: Toy) -> None:
    (toy.root / "scripts/checkpatch.pl").unlink()
    made = toy.made("--run-tree-scripts")
    assert "  not read by checkpatch.pl: the tree has none, or perl is not there\n" in made.result.out
    assert "checkpatch" not in made.cover


# The checks alone, on series that gen would not make.


def checked(tmp_path: Path, after: str, old: bytes = b"", new: bytes = b"") -> list[str]:
    """What is wrong with a series that makes FAULTS this, when its mail was changed on the way."""
    change = FileChange(FAULT, FAULTS.encode(), after.encode())
    series = Series("toy", "toy: change", (), (Patch("toy: change", ("Change it.",), (change,)),))
    made = mails(series, Letter(Author("A U Thor", "author@example.com"), DATE), "", tmp_path)
    changed_mails = {name: mail.replace(old, new, 1) for name, mail in made.items()}
    return list(applied(series, changed_mails, tmp_path, DATE))


CALL, OTHER = "ret = handle(regs, address);", "ret = other(regs, address);"


def test_what_is_as_planned_passes(tmp_path: Path) -> None:
    assert checked(tmp_path, changed(FAULTS, CALL, OTHER)) == []


def test_a_patch_that_leaves_something_else_fails(tmp_path: Path) -> None:
    assert checked(tmp_path, changed(FAULTS, CALL, OTHER), b"+\tret = other", b"+\tret = third") == [
        f"0001-toy-change.patch leaves another {FAULT} than it should"
    ]


def test_a_patch_that_does_not_apply_fails(tmp_path: Path) -> None:
    (problem,) = checked(tmp_path, changed(FAULTS, CALL, OTHER), b"-\tret = handle", b"-\tret = gone")
    assert problem.startswith("0001-toy-change.patch does not apply: ")


def test_what_is_no_longer_understood_fails(tmp_path: Path) -> None:
    (problem,) = checked(tmp_path, changed(FAULTS, CALL, "goto nowhere;"))
    assert problem.startswith(f"0001-toy-change.patch: {FAULT}: do_fault() is no longer understood: ")
