"""`gen verify ARCH --tree DIR`: trees as they are, of any release, and newest entry code with an error in one function.

Nothing here names a line: the newest tree is another one next month.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from support import BAD_INPUT, CANNOT_TELL, CLEAN, FINDINGS, SHIPPED, TOY_ASM, Result, run, run_json
from trees import (
    load_spec,
    newest_tree,
    newest_verdict,
    newest_workspace,
    older_tree,
    previous_tree,
    renumbered_tree,
    workspace_of,
)

from gen.csource.outline import read_outline
from gen.csource.tokens import Source
from gen.diagnostics import Diagnostic, Severity
from gen.lint.recovered import TreeVerdict
from gen.lint.rules import hooks
from gen.lint.workspace import Workspace
from gen.model.release import Release
from gen.verify.judge import Answer, Verdict

# Trees as they are.


@pytest.fixture(params=["newest", "previous", "6.12", "6.1"])
def each_tree(request: pytest.FixtureRequest) -> Path:
    named: dict[str, Callable[[], Path]] = {"newest": newest_tree, "previous": previous_tree, "6.1": older_tree}
    if request.param in named:
        return named[request.param]()
    tree: Path = request.getfixturevalue("tree")
    return tree


def asked(arch: str, tree: Path) -> tuple[int, dict[str, Any]]:
    result = run_json("verify", arch, "--tree", tree, "--offstack", "true")
    (found,) = result.document["verdicts"]
    return result.code, found


@pytest.mark.tree
@pytest.mark.parametrize("arch", ["arm64", "loongarch", "riscv", "x86"])
def test_who_keeps_the_promise(arch: str, each_tree: Path) -> None:
    code, found = asked(arch, each_tree)
    assert (code, found["verdict"], found["weak"], found["doubts"]) == (CLEAN, "holds", "holds", [])
    read = found["read"]
    assert (read["unread"], read["assumed"], read["paths"]) == (0, 0, read["c"] + read["assembly"] + read["declared"])
    assert read["c"] + read["assembly"] > 0
    assert set(found["requirements"]) == {"R1", "R2", "R3", "R4", "R5", "R6"}
    assert "violated" not in found["requirements"].values()


@pytest.mark.tree
def test_a_release_that_nobody_has_seen_is_read_like_the_newest() -> None:
    tree = newest_tree()
    renumbered = renumbered_tree(tree, Release(8, 4))
    for arch in ("arm64", "x86"):
        (_, found), (_, other) = asked(arch, tree), asked(arch, renumbered)
        for each in (found, other):
            del each["seconds"], each["release"]
        assert found == other


@pytest.mark.tree
def test_a_tree_without_a_spec_is_read_and_nothing_is_claimed_of_it() -> None:
    result = run_json("verify", "s390", "--tree", newest_tree())
    (found,) = result.document["verdicts"]
    assert (result.code, found["verdict"]) == (CANNOT_TELL, "unknown")
    assert any("no spec declares" in each["what"] for each in found["doubts"])


# One function of the newest tree is changed.

ARM64, X86 = "arch/arm64/kernel/entry-common.c", "arch/x86/kernel/traps.c"
RISCV, LOONGARCH = "arch/riscv/kernel/traps.c", "arch/loongarch/kernel/traps.c"
FROM_USER, STATE = "irqentry_enter_from_user_mode(regs);", "irqentry_state_t state = irqentry_enter(regs);"
ENTER, EXIT = "arm64_enter_from_user_mode(regs);", "arm64_exit_to_user_mode(regs);"


SAID_AS = {
    "rcu-watching": ("irqs-on-before-user-exit",),
    "schedule-in-kernel-state": ("schedule-in-user-state",),
}
"""Rules of `gen lint` about a place that say why a rule of the verifier is broken there, and stand for it."""


def text_with(tree: Path, file: str, function: str, old: str, new: str) -> str:
    """A file of a tree with another text in one function; in the whole file if none is named."""
    text = (tree / file).read_text(encoding="utf-8")
    start, end = 0, len(text)
    if function:
        (found, *_) = read_outline(Source(text)).named(function)
        start, end = found.start, found.end
    assert old in text[start:end]
    return text[:start] + text[start:end].replace(old, new) + text[end:]


@cache
def changed(arch: str, file: str, function: str, old: str, new: str) -> TreeVerdict:
    """The verdict on the newest tree with another text in one function."""
    return newest_verdict(arch, {file: text_with(newest_tree(), file, function, old, new)})


def broken(found: TreeVerdict) -> dict[str, set[str]]:
    """The rules that are broken, each with what says where."""
    return {each.broken.rule: {place.what for place in each.places} for each in found.offstack.violations}


AN_ERROR = pytest.mark.parametrize(
    ("arch", "file", "function", "old", "new", "rule", "what"),
    [
        ("arm64", ARM64, "el0_da", ENTER, "", "rcu-watching", "el0_da: do_mem_abort()"),
        ("arm64", ARM64, "el0_da", EXIT, "", "user-on-return", "el0_da: return"),
        ("arm64", ARM64, "el0_da", EXIT, "", "state-restored", "el0_da: return"),
        ("arm64", ARM64, "el0_da", ENTER, ENTER * 2, "no-double-transition", "el0_da: user_exit_irqoff"),
        ("arm64", ARM64, "el0_da", ENTER, f"schedule(); {ENTER}", "schedule-in-kernel-state", "el0_da: schedule"),
        ("arm64", ARM64, "el0_da", ENTER, f"local_irq_enable(); {ENTER}", "rcu-watching", "do_interrupt_handler()"),
        ("x86", X86, "exc_debug_user", "irqentry_enter_from_user_mode(regs);", "", "rcu-watching", "notify_die()"),
    ],
)


@pytest.mark.tree
@AN_ERROR
def test_an_error_in_one_function_is_found_there(
    arch: str, file: str, function: str, old: str, new: str, rule: str, what: str
) -> None:
    found = changed(arch, file, function, old, new)
    assert found.offstack.verdict is Verdict.VIOLATED
    assert rule in broken(found)
    assert any(each.endswith(what) for each in broken(found)[rule]), broken(found)
    places = [place for each in found.offstack.violations for place in each.places]
    assert all(place.span.file.startswith(("arch/", "kernel/", "include/")) for place in places)


@pytest.mark.tree
@AN_ERROR
def test_lint_finds_it_too_in_a_release_that_no_spec_describes(
    arch: str, file: str, function: str, old: str, new: str, rule: str, what: str
) -> None:
    assert not [each for each in entry_errors(newest_workspace(arch, {})) if each.rule == rule]
    rules = {
        each.rule
        for each in entry_errors(newest_workspace(arch, {file: text_with(newest_tree(), file, function, old, new)}))
    }
    assert rules & {rule, *SAID_AS.get(rule, ())}


@pytest.mark.tree
def test_lint_finds_it_in_a_path_that_no_spec_has(tree: Path) -> None:
    text = text_with(tree, ARM64, "el1_bti", "exit_to_kernel_mode(regs);", "")
    assert not entry_errors(workspace_of(tree, "arm64", {}))
    (found,) = entry_errors(workspace_of(tree, "arm64", {ARM64: text}))
    assert (found.rule, found.span.file) == ("unbalanced-bracket", ARM64)
    assert found.message == "el1_bti returns with `ct_nmi_enter` or `ct_irq_enter` open"


@pytest.mark.tree
@pytest.mark.parametrize("arch", [each.stem for each in SHIPPED if each.stem != "sparc64"])
def test_what_lint_says_of_entry_code_stands_where_it_is(arch: str) -> None:
    """An error that names a C function stands in its file, or in one that it takes code from: never in a function
    that has nothing to do with it.
    """
    for found in entry_errors(newest_workspace(arch, {})):
        named = re.search(r", in (\w+) \((arch/\S+\.c)\)$", found.message)
        if named and found.span.file.endswith(".c"):
            assert found.function in {"", named[1]} or found.span.file != named[2], found
            assert found.span.file == named[2] or not found.span.file.startswith("arch/"), found


def entry_errors(work: Workspace) -> list[Diagnostic]:
    """What lint says against the entry code of an architecture."""
    (arch,) = work.specs
    found = [each for rule in hooks("on_entries") for each in rule(work.entries(arch))]
    return [each for each in found if each.severity is Severity.ERROR]


@pytest.mark.tree
def test_what_opens_interrupts_before_user_exit_violates_r4() -> None:
    found = changed("arm64", ARM64, "el0_da", ENTER, f"local_irq_enable(); {ENTER}")
    assert {each.name for each in found.offstack.requirements if each.answer is Answer.VIOLATED} >= {"R4", "R5"}


@pytest.mark.tree
def test_a_call_that_nobody_knows_is_a_doubt_and_no_error() -> None:
    found = changed("arm64", ARM64, "el0_da", ENTER, f"note_abort(); {ENTER}")
    assert (found.offstack.verdict, broken(found)) == (Verdict.UNKNOWN, {})
    assert [each.what for each in found.offstack.doubts] == ["what note_abort() does is not known, in el0_da"]


@pytest.mark.tree
@pytest.mark.parametrize(
    ("arch", "file", "function", "before", "added", "doubt"),
    [
        ("arm64", ARM64, "el0_da", ENTER, 'asm volatile("svc #0");', "`svc #0`"),
        ("arm64", ARM64, "el0_da", ENTER, 'asm volatile("msr daifclr, %0" : : "i" (n));', "`msr daifclr, %0`"),
        ("arm64", ARM64, "el0_da", ENTER, "write_sysreg(0, daif);", "write_sysreg()"),
        ("riscv", RISCV, "do_page_fault", STATE, "csr_set(CSR_STATUS, SR_IE);", "csr_set()"),
        ("x86", X86, "exc_debug_user", FROM_USER, 'asm("popfq");', "`popfq`"),
        ("loongarch", LOONGARCH, "do_ade", STATE, "csr_xchg32(4, 4, LOONGARCH_CSR_CRMD);", "csr_xchg32()"),
    ],
)
def test_a_register_or_instruction_that_may_open_interrupts_is_a_doubt(
    arch: str, file: str, function: str, before: str, added: str, doubt: str
) -> None:
    found = changed(arch, file, function, before, f"{added} {before}")
    assert (found.offstack.verdict, broken(found)) == (Verdict.UNKNOWN, {})
    assert [each.what for each in found.offstack.doubts] == [f"what {doubt} does is not known, in {function}"]


@pytest.mark.tree
@pytest.mark.parametrize(
    ("arch", "file", "function", "before", "added", "violated"),
    [
        ("arm64", ARM64, "el0_da", ENTER, 'asm volatile("msr daifclr, #3");', {"R4", "R5"}),
        ("x86", X86, "exc_debug_user", FROM_USER, 'asm volatile("sti" : : : "memory");', {"R4", "R5"}),
        ("x86", X86, "exc_debug_user", FROM_USER, "raw_local_irq_enable();", {"R4", "R5"}),
        ("arm64", ARM64, "el0_da", ENTER, 'asm volatile("isb" : : : "memory");', set()),
        ("arm64", ARM64, "el0_da", ENTER, 'asm volatile("" : : : "memory"); write_sysreg(0, tpidr_el0);', set()),
        ("x86", X86, "exc_debug_user", FROM_USER, 'asm volatile("1: lfence\\n\\tnop" : : : "memory");', set()),
    ],
)
def test_an_instruction_that_opens_interrupts_violates_r4_and_others_do_nothing(
    arch: str, file: str, function: str, before: str, added: str, violated: set[str]
) -> None:
    found = changed(arch, file, function, before, f"{added} {before}")
    assert {each.name for each in found.offstack.requirements if each.answer is Answer.VIOLATED} >= violated
    assert (found.offstack.verdict is Verdict.HOLDS) == (not violated)
    assert found.offstack.doubts == ()


@pytest.mark.tree
@pytest.mark.parametrize(
    ("arch", "file"), [("sparc64", "arch/sparc/kernel/rtrap_64.S"), ("xtensa", "arch/xtensa/kernel/entry.S")]
)
def test_assembly_that_does_not_show_what_the_spec_goes_by_is_a_doubt(arch: str, file: str) -> None:
    spec = load_spec(next(each for each in SHIPPED if each.stem == arch))
    shown = [each.text for each in spec.evidence if each.file == file]
    text = (newest_tree() / file).read_text(encoding="utf-8")
    line = next(each for each in text.split("\n") if " ".join(each.split()) in shown)
    found = changed(arch, file, "", line, "")
    assert any(f"{file} has no `{' '.join(line.split())}`" in each.what for each in found.offstack.doubts)
    assert found.as_it_is.verdict is not Verdict.HOLDS


@pytest.mark.tree
@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("\tcall\tdo_syscall_64", "\tnop", "entry_SYSCALL_64 does not lead to do_syscall_64()"),
        ("\tcall\tdo_syscall_64", "\tjz 1f; call do_syscall_64; 1: ; jz 2f; jmp 3f; 2: sti; iretq; 3:", ""),
        (
            "\tcall\tdo_syscall_64",
            '\tnop; ALTERNATIVE "", "sti", X86_BUG; call do_syscall_64',
            "what `ALTERNATIVE ,,X86_BUG`",
        ),
        (
            "jnz\t.Lfrom_usermode_switch",
            "jz\t.Lfrom_usermode_switch",
            "nothing that it interrupts leads to noist_exc_debug()",
        ),
    ],
)
def test_assembly_that_hides_what_it_does_proves_nothing(old: str, new: str, why: str) -> None:
    found = changed("x86", "arch/x86/entry/entry_64.S", "", old, new)
    assert found.as_it_is.verdict is not Verdict.HOLDS
    assert any(why in each.what for each in found.as_it_is.doubts) or not why


@pytest.mark.tree
def test_the_release_that_the_word_of_a_spec_is_of_is_told() -> None:
    (line,) = (
        each for each in run("verify", "xtensa", "--tree", newest_tree()).out.split("\n") if "paths read" in each
    )
    spec = load_spec(next(each for each in SHIPPED if each.stem == "xtensa"))
    assert f"as the spec declares them for Linux {spec.kernel}; " in line


@pytest.mark.tree
def test_a_helper_of_another_name_is_the_same_helper() -> None:
    found = changed("arm64", ARM64, "", "arm64_enter_from_user_mode", "came_from_user")
    assert (found.offstack.verdict, found.offstack.doubts) == (Verdict.HOLDS, ())


# A small tree.

DECLARED = (
    "void from_user(void), user_work(void), to_user(void);\n"
    "void do_syscall(void), do_fault(void), do_irq(void), do_nmi(void), ret_from_fork(void);\n"
)


def verified(here: Path, code: str, spec: str = TOY_ASM, others: Mapping[str, str] = MappingProxyType({})) -> Result:
    """What is said of a small tree with this entry.c, and with other files, by the toy spec."""
    files = {
        "linux/Makefile": "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\nEXTRAVERSION =\n",
        "linux/Kconfig": "",
        "linux/arch/Kconfig": "",
        "linux/arch/toy/Kconfig": "config TOY\n\tdef_bool y\n\tselect HAVE_CONTEXT_TRACKING_USER\n",
        "linux/arch/toy/kernel/entry.c": code,
        "toy.yaml": spec,
        **others,
    }
    for name, text in files.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(text, encoding="utf-8")
    return run("verify", here / "toy.yaml", "--tree", here / "linux")


SYSCALL_IN_C = re.sub(r"code: asm(?=\n    noinstr: true\n    symbol: do_syscall\n)", "code: c", TOY_ASM)


def test_what_holds(tmp_path: Path) -> None:
    result = verified(tmp_path, DECLARED)
    assert (result.code, result.out.partition("\n")[0]) == (
        CLEAN,
        "toy, Linux 6.12.3, offstack not selected: holds for every nesting depth and any number of tasks and CPUs",
    )
    assert "  5 of 5 entry paths read, 0 in C, 5 as the spec declares them; nothing assumed\n" in result.out
    assert "entry paths as they were read, " in result.out


def test_what_is_violated_in_c(tmp_path: Path) -> None:
    code = DECLARED + "noinstr void do_syscall(void)\n{\n\tuser_exit_irqoff();\n\tuser_exit_irqoff();\n}\n"
    result = verified(tmp_path, code, SYSCALL_IN_C)
    assert result.code == FINDINGS
    assert "arch/toy/kernel/entry.c:6:2: error: the state is already" in result.out


@pytest.mark.parametrize(
    ("body", "doubt"),
    [
        ("goto *next;", "arch/toy/kernel/entry.c:5:2: line 5 of do_syscall() is not understood, in do_syscall"),
        ("goto nowhere;", "arch/toy/kernel/entry.c:5:2: line 5 of do_syscall() is not understood, in do_syscall"),
        ("do_syscall();", "arch/toy/kernel/entry.c:5:2: do_syscall() calls itself, in do_syscall"),
    ],
)
def test_what_cannot_be_followed_is_a_doubt(body: str, doubt: str, tmp_path: Path) -> None:
    result = verified(tmp_path, f"{DECLARED}noinstr void do_syscall(void)\n{{\n\t{body}\n}}\n", SYSCALL_IN_C)
    assert (result.code, f"  cannot tell: {doubt}\n" in result.out) == (CANNOT_TELL, True), result.out
    assert "\n        in what is known, no step uses the pair\n" in result.out


def test_a_spec_stands_for_what_cannot_be_followed(tmp_path: Path) -> None:
    code = DECLARED + "noinstr void do_syscall(void)\n{\n\tdo_syscall();\n}\n"
    stands = SYSCALL_IN_C.replace("    symbol: do_syscall\n", '    symbol: do_syscall\n    unread: "calls itself"\n')
    assert verified(tmp_path, code, stands).code == CLEAN
    other = stands.replace("calls itself", "is too large")
    assert verified(tmp_path, code, other).code == CANNOT_TELL


SWAPPING = """\
#ifdef CONFIG_BIG
static __always_inline void big(void) { user_exit_irqoff(); }
static __always_inline void little(void) { big(); }
#%s
static __always_inline void little(void) { user_exit_irqoff(); }
static __always_inline void big(void) { little(); }
#endif
"""


@pytest.mark.parametrize(("other", "code"), [("else", CLEAN), ("endif\n#ifdef CONFIG_LITTLE", CANNOT_TELL)])
def test_functions_that_call_each_other_in_one_configuration_only(other: str, code: int, tmp_path: Path) -> None:
    """What no configuration builds is no call of itself; what one may build is."""
    entry = DECLARED + SWAPPING % other + "noinstr void do_syscall(void)\n{\n\tbig();\n\tuser_enter_irqoff();\n}\n"
    result = verified(tmp_path, entry, SYSCALL_IN_C)
    assert (result.code, "calls itself" in result.out) == (code, code == CANNOT_TELL), result.out


def test_a_path_that_the_tree_has_not_is_a_doubt(tmp_path: Path) -> None:
    result = verified(tmp_path, DECLARED.replace(", do_nmi(void)", ""))
    assert result.code == CANNOT_TELL
    assert "`nmi` is not in this tree: arch/toy/kernel/entry.c has no do_nmi\n" in result.out


def test_what_is_no_tree_and_who_is_no_architecture(tmp_path: Path) -> None:
    verified(tmp_path, DECLARED)
    result = run("verify", tmp_path / "toy.yaml", "--tree", tmp_path)
    assert (result.code, "is not a kernel tree" in result.err) == (BAD_INPUT, True)
    result = run("verify", "toys", "--tree", tmp_path / "linux")
    assert (result.code, "toys" in result.out + result.err) == (BAD_INPUT, True)


def in_c(*lines: str) -> str:
    """A do_syscall() of these lines."""
    return DECLARED + "noinstr void do_syscall(void)\n{\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"


TRACED = in_c("trace_hardirqs_off();", "user_exit_irqoff();", "user_enter_irqoff();")
WATCHES_WHOEVER, WATCHES_IDLE = "trace_irq_disable_rcuidle(a, b);\n", "if (is_idle_task(current)) ct_irq_enter();\n"
NOINSTR = "config TOY\n\tdef_bool y\n\tselect HAVE_CONTEXT_TRACKING_USER\n\tselect ARCH_WANTS_NO_INSTR\n"


@pytest.mark.parametrize(
    ("tracing", "kconfig", "code"),
    [(WATCHES_WHOEVER, "", CLEAN), (WATCHES_IDLE, "", FINDINGS), (WATCHES_IDLE, NOINSTR, CLEAN), ("", "", CLEAN)],
)
def test_tracepoints_use_rcu_where_the_tree_does_not_bring_it_along(
    tracing: str, kconfig: str, code: int, tmp_path: Path
) -> None:
    others = {"linux/kernel/trace/trace_preemptirq.c": tracing} if tracing else {}
    others |= {"linux/arch/toy/Kconfig": kconfig} if kconfig else {}
    result = verified(tmp_path, TRACED, SYSCALL_IN_C, others)
    assert result.code == code, result.out
    said = "arch/toy/kernel/entry.c:5:2: error: trace_hardirqs_off() uses RCU while it does not watch"
    assert (said in result.out) == (code == FINDINGS)


def test_what_is_wrong_without_a_tracer_is_found_behind_a_tracepoint(tmp_path: Path) -> None:
    code = in_c("trace_hardirqs_off();", "schedule();", "user_exit_irqoff();", "user_enter_irqoff();")
    result = verified(tmp_path, code, SYSCALL_IN_C, {"linux/kernel/trace/trace_preemptirq.c": WATCHES_IDLE})
    assert "entry.c:5:2: error: trace_hardirqs_off() uses RCU while it does not watch" in result.out
    assert "entry.c:6:2: error: schedule() may schedule in the USER state" in result.out
    assert "  if: trace_hardirqs_off is traced  " in result.out


TOLD = "arch/toy/kernel/entry.c:8:2: warning: `user_enter_irqoff` runs while lockdep believes that interrupts are on"


@pytest.mark.parametrize(
    ("lines", "is_told"),
    [
        (("lockdep_hardirqs_on(a);", "instrumentation_end();"), True),
        (("trace_hardirqs_on();", "note = 1;"), True),
        (("trace_hardirqs_on();", "trace_hardirqs_off();"), False),
        # Whatever is masked tells lockdep, or not.
        (("lockdep_hardirqs_on(a);", "local_irq_disable();"), False),
        (("lockdep_hardirqs_on_prepare();", "trace_hardirqs_on_prepare();"), False),
    ],
)
def test_lockdep_is_told_before_user_enter(lines: tuple[str, ...], is_told: bool, tmp_path: Path) -> None:
    before = "instrumentation_begin();" if "instrumentation_end();" in lines else ""
    code = in_c("user_exit_irqoff();", before, " ".join(lines), "user_enter_irqoff();", "lockdep_hardirqs_on(a);")
    result = verified(tmp_path, code, SYSCALL_IN_C)
    assert (result.code, TOLD in result.out) == (CLEAN, is_told), result.out


def test_a_step_at_the_wrong_place_is_shown_at_its_place(tmp_path: Path) -> None:
    result = verified(tmp_path, in_c("user_exit_irqoff();", "irq_enter_rcu();", "user_enter_irqoff();"), SYSCALL_IN_C)
    assert result.code == FINDINGS
    assert "arch/toy/kernel/entry.c:8:1: error: do_syscall returns with `irq_enter_rcu`" in result.out


def test_what_can_be_instrumented_is_shown_at_its_place(tmp_path: Path) -> None:
    code = "void note(void)\n{\n}\n" + in_c("note();", "user_exit_irqoff();", "user_enter_irqoff();")
    result = verified(tmp_path, code, SYSCALL_IN_C)
    assert result.code == CLEAN, result.out
    assert "arch/toy/kernel/entry.c:1:6: warning: note() can be instrumented" in result.out


@pytest.mark.parametrize(("taken_back", "code"), [("preempt_enable_no_resched();", CLEAN), ("", CANNOT_TELL)])
def test_a_loop_that_counts_and_is_not_taken_back_is_a_doubt(taken_back: str, code: int, tmp_path: Path) -> None:
    loop = f"while (more) {{ preempt_disable(); {taken_back} }}"
    result = verified(tmp_path, in_c("user_exit_irqoff();", loop, "user_enter_irqoff();"), SYSCALL_IN_C)
    doubt = "cannot tell: arch/toy/kernel/entry.c:6:17: what takes preempt_disable() back is not known"
    assert (result.code, f"{doubt}, in do_syscall\n" in result.out) == (code, code == CANNOT_TELL), result.out


# What is remembered.

HOLDS, BREAKS = in_c("user_exit_irqoff();", "user_enter_irqoff();"), in_c("user_exit_irqoff();", "user_exit_irqoff();")


def again(here: Path, *options: str) -> Result:
    return run("verify", here / "toy.yaml", "--tree", here / "linux", *options)


def test_what_has_not_changed_is_said_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first = verified(tmp_path, BREAKS, SYSCALL_IN_C)
    assert first.code == FINDINGS
    data = again(tmp_path, "--format", "json", "--svg", str(tmp_path / "first"))

    def fails(*_: object, **__: object) -> None:
        raise AssertionError("asked again")

    monkeypatch.setattr("gen.lint.recovered.verdict", fails)
    assert again(tmp_path) == first
    timeless = [re.sub(r'"seconds": [\d.]+', "", each.out) for each in (data, again(tmp_path, "--format", "json"))]
    assert timeless[0] == timeless[1] != ""
    again(tmp_path, "--svg", str(tmp_path / "second"))
    (drawn,) = (tmp_path / "first").rglob("*.svg")
    assert (tmp_path / "second" / drawn.relative_to(tmp_path / "first")).read_bytes() == drawn.read_bytes()
    assert "asked again" in again(tmp_path, "--no-cache").err


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("linux/arch/toy/kernel/entry.c", BREAKS, FINDINGS),
        ("linux/kernel/trace/trace_preemptirq.c", WATCHES_IDLE, FINDINGS),
        ("linux/arch/toy/kernel/more.c", "void do_more(struct pt_regs *regs)\n{\n\tuser_exit();\n}\n", CANNOT_TELL),
        ("linux/arch/toy/kernel/entry.h", "", CLEAN),
        ("toy.yaml", SYSCALL_IN_C.replace("do_nmi", "do_other"), CANNOT_TELL),
        ("linux/Makefile", "VERSION = 6\nPATCHLEVEL = 13\nSUBLEVEL = 0\n", CLEAN),
    ],
)
def test_what_has_changed_is_asked_again(
    name: str, text: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    traced = in_c("trace_hardirqs_off();", "user_exit_irqoff();", "user_enter_irqoff();")
    assert verified(tmp_path, traced, SYSCALL_IN_C).code == CLEAN
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text, encoding="utf-8")
    remembered = again(tmp_path)
    assert remembered == again(tmp_path, "--no-cache")
    assert remembered.code == code
