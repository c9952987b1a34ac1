"""The entry points that are found in a tree: in a small one in each way, and in real ones those that specs name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from trees import load_spec

from gen.kernel.tree import find_tree
from gen.lint.workspace import folder_of
from gen.model.entry import Whence
from gen.model.release import Release
from gen.recover.discover import discover
from gen.recover.entry_point import EntryPoint, How
from gen.recover.tree_reader import TreeReader

SPECS = Path("arch_specs")
BASE = {"Makefile": "VERSION = 6\nPATCHLEVEL = 12\n", "Kconfig": "", "arch/toy/Kconfig": ""}


def found(top: Path, files: Mapping[str, str]) -> dict[str, EntryPoint]:
    """The entry points of arch/toy by symbol, in a tree of some files of arch/toy/kernel."""
    for name, text in {**BASE, **{f"arch/toy/kernel/{name}": text for name, text in files.items()}}.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text, encoding="utf-8")
    tree = find_tree(top)
    assert tree is not None
    points = discover(TreeReader(tree), "toy")
    assert len({(each.symbol, each.file) for each in points}) == len(points)
    return {each.symbol: each for each in points}


def c(*names: str, words: str = "void", body: str = "{ }") -> str:
    """C functions that take pt_regs."""
    return "".join(f"{words} {name}(struct pt_regs *regs)\n{body}\n" for name in names)


def test_what_runs_while_the_kernel_boots_enters_nothing(tmp_path: Path) -> None:
    entry = "ENTRY(trap_entry)\n\tbl do_trap\n\tbl do_trap_at_boot\nEND(trap_entry)\n"
    points = found(tmp_path, {"entry.S": entry, "traps.c": c("do_trap") + c("do_trap_at_boot", words="void __init")})
    assert set(points) == {"trap_entry", "do_trap"}


def test_what_assembly_names_on_the_way_in_and_out(tmp_path: Path) -> None:
    entry = """\
ENTRY(trap_entry)
	bl do_trap
	bl syscall_trace_enter
	bl syscall_trace_leave
END(trap_entry)
ret_from_trap:
	bl do_both
	bl do_notify_resume
	bl handle_entry
"""
    names = ("do_trap", "syscall_trace_enter", "syscall_trace_leave", "do_notify_resume", "do_both", "handle_entry")
    points = found(
        tmp_path, {"entry.S": entry, "traps.c": c(*names, "unnamed"), "other.c": c("static_one", words="static void")}
    )
    assert {name: each.how for name, each in points.items()} == {
        "trap_entry": How.LABEL,
        "do_trap": How.CALLED_IN,
        "syscall_trace_enter": How.CALLED_IN,
        "syscall_trace_leave": How.CALLED_OUT,
        "do_notify_resume": How.CALLED_OUT,
        "do_both": How.CALLED_OUT,
        "handle_entry": How.CALLED_IN,
    }
    assert (points["do_trap"].file, points["do_trap"].line) == ("arch/toy/kernel/traps.c", 1)
    assert (points["do_trap"].by, points["do_notify_resume"].by) == (("trap_entry",), ("ret_from_trap",))
    assert points["do_notify_resume"].kind == ""
    assert points["trap_entry"].calls[:3] == ("do_trap", "syscall_trace_enter", "syscall_trace_leave")


def test_the_labels_that_macros_make(tmp_path: Path) -> None:
    entry = """\
.macro BUILD name
ENTRY(handle_\\name)
ENTRY(handle_\\name\\()_again)
	bl do_\\name
.endm
.macro PLAIN el, ht
\\el\\ht\\()_entry:
	bl \\el\\ht\\()_handler
.endm
.macro fixed write
	bl do_fixed
.endm
	BUILD bp
	PLAIN el0, t
	fixed 1
"""
    points = found(tmp_path, {"entry.S": entry, "traps.c": c("do_bp", "el0t_handler", "do_fixed")})
    assert points["do_bp"].by == ("handle_bp",)
    assert points["el0t_handler"].by == ("el0t_entry",)
    assert points["do_fixed"].by == ("fixed",)
    assert (points["handle_bp"].how, points["el0t_entry"].how) == (How.LABEL, How.LABEL)
    assert "handle_bp_again" not in points and "bp" not in points


def test_an_alias_of_a_label_is_no_macro(tmp_path: Path) -> None:
    entry = "ENTRY(other)\n\tEMIT_BUG_ENTRY 0b, here\n\tSYS_ENTRY 0xc00, sys\n"
    entry += "#define handle_new handle_old\nNESTED(handle_new, SIZE, sp)\n\tbl do_it\n"
    points = found(tmp_path, {"entry.S": entry, "traps.c": c("do_it")})
    assert set(points) == {"handle_new", "do_it"}


def test_headers_of_assembly_name_handlers(tmp_path: Path) -> None:
    header = "#define TRAP(x) call x\n#define OWN_TRAP TRAP(own_trap)\nextern void declared(struct pt_regs *);\n"
    points = found(tmp_path, {
        "../include/asm/ttable.h": header,
        "head.S": "#include <asm/ttable.h>\nENTRY(table)\n\tOWN_TRAP\n",
        "traps.c": c("own_trap", "declared"),
    })  # fmt: skip
    assert {name: each.how for name, each in points.items()} == {"own_trap": How.CALLED_IN}


DEFINING_H = """\
#define DEFINE_ENTRY(func)							\\
static __always_inline void __##func(struct pt_regs *regs);			\\
__visible noinstr void func(struct pt_regs *regs)				\\
{										\\
	irqentry_enter(regs);							\\
	__##func(regs);								\\
}										\\
static __always_inline void __##func(struct pt_regs *regs)
#define DEFINE_RAW(func) __visible noinstr void func(struct pt_regs *regs)
#define DEFINE_ALIAS DEFINE_RAW
#define DEFINE_OTHER(func) DEFINE_RAW(other_##func)
#define DECLARE_ENTRY(func) void func(struct pt_regs *regs)
#define SYSCALL(name) asmlinkage long sys_##name(const struct pt_regs *regs) { }
#define HELPER(func) static inline void func(struct pt_regs *regs)
"""
DEFINING_C = """\
DECLARE_ENTRY(exc_declared);
DEFINE_ENTRY(exc_first)
{
}
DEFINE_RAW(exc_raw) { }
DEFINE_ALIAS(exc_alias)
{ }
DEFINE_OTHER(exc) { }
SYSCALL(exc)
HELPER(exc_helper) { }
#define DO_ERROR(sig, name) asmlinkage void do_##name(struct pt_regs *regs) { if (user_mode(regs)) own(); }
DO_ERROR(SIGILL, __weak ill);
UNKNOWN(exc_unknown) { }
"""


def test_macros_that_define_handlers(tmp_path: Path) -> None:
    points = found(tmp_path, {"../include/asm/idtentry.h": DEFINING_H, "traps.c": DEFINING_C})
    assert {name: (each.how, each.macro, each.line) for name, each in points.items()} == {
        "exc_first": (How.MACRO, "DEFINE_ENTRY", 2),
        "exc_raw": (How.MACRO, "DEFINE_RAW", 5),
        "exc_alias": (How.MACRO, "DEFINE_ALIAS", 6),
        "other_exc": (How.MACRO, "DEFINE_OTHER", 8),
        "do_ill": (How.MACRO, "DO_ERROR", 12),
    }
    assert (points["exc_first"].whence, points["exc_first"].because) == (Whence.ANY, "irqentry_enter()")
    assert (points["do_ill"].whence, points["do_ill"].because) == (Whence.ANY, "user_mode()")


def test_a_file_that_only_uses_such_a_macro_is_found(tmp_path: Path) -> None:
    """It need not name pt_regs."""
    points = found(tmp_path, {"../include/asm/idtentry.h": DEFINING_H, "slb.c": "DEFINE_RAW(do_slb_fault)\n{ }\n"})
    assert set(points) == {"do_slb_fault"}


DISPATCHERS = {
    "switch": "{ switch (esr(regs)) { case 1: one(regs, esr); break; case 2: two(regs); break; default: one(regs); } }",
    "both arms": "{ mask(); if (on(regs)) one(regs); else { two(regs); } }",
    "returns": "{ if (a) return one(regs);\n#ifdef CONFIG_X\n if (b) { two(regs); return; }\n#endif\n one(regs); }",
    "one of them elsewhere": "{ if (a) return elsewhere(regs); if (b) two(regs); else one(regs); }",
}
NO_DISPATCHERS = {
    "one after the other": "{ one(regs); two(regs); }",
    "it moves the state": "{ irqentry_enter(regs); one(regs); irqentry_exit(regs); }",
    "not always": "{ if (a) one(regs); else work(); two_of(others); }",
    "a question": "{ if (one(regs)) return; two_of(others); }",
    "a switch without default": "{ switch (x) { case 1: one(regs); break; case 2: two(regs); } }",
    "a loop": "{ while (again()) one(regs); }",
    "other regs": "{ one(other); }",
    "twice in one arm": "{ if (a) { one(regs); two(regs); } else one(regs); }",
}
PARTS = "static void one(struct pt_regs *regs) { }\nstatic void two(struct pt_regs *regs) { }\n"


@pytest.mark.parametrize("way", [*DISPATCHERS, *NO_DISPATCHERS])
def test_what_a_dispatcher_hands_on_to(way: str, tmp_path: Path) -> None:
    body = {**DISPATCHERS, **NO_DISPATCHERS}[way]
    code = PARTS + c("el0_sync_handler", body=body)
    points = found(tmp_path, {
        "entry.S": "ENTRY(el0_sync)\n\tbl el0_sync_handler\n", "entry.c": code, "more.c": c("elsewhere"),
    })  # fmt: skip
    handed = {name: each for name, each in points.items() if each.how is How.DISPATCHED}
    assert set(handed) == ({"one", "two"} if way in DISPATCHERS else set())
    for each in handed.values():
        assert (each.by, each.whence, each.because) == (("el0_sync_handler",), Whence.USER, "`el0` in its name")


def test_a_forwarder_and_the_dispatcher_behind_it(tmp_path: Path) -> None:
    code = PARTS + c("middle", words="static void", body="{ if (a) one(regs); else two(regs); }")
    code += c("outer", body="{ middle(regs); }")
    points = found(tmp_path, {"entry.S": "ENTRY(irq_entry)\n\tbl outer\n", "entry.c": code})
    assert {name: each.by for name, each in points.items() if each.how is How.DISPATCHED} == {
        "middle": ("outer",),
        "one": ("middle",),
        "two": ("middle",),
    }


def test_the_way_out_hands_on_to_nobody(tmp_path: Path) -> None:
    code = PARTS + c("do_notify_resume", body="{ one(regs); }")
    points = found(tmp_path, {"entry.S": "ENTRY(irq_entry)\n\tbl do_notify_resume\n", "entry.c": code})
    assert set(points) == {"do_notify_resume"}


TABLE_C = """\
static void do_first(struct pt_regs *regs) { }
static void do_last(struct pt_regs *regs) { }
static void do_rest(struct pt_regs *regs) { }
static void do_alone(struct pt_regs *regs) { }
#define LAST { 3, do_last }
static struct table table[] = {
	{ 1, fast_first },
	{ 2, do_first },
	LAST,
};
static struct table only_c[] = { { 1, do_alone } };
void init(void) { set(table, do_rest); }
"""


def test_a_table_in_c_that_names_labels_and_handlers(tmp_path: Path) -> None:
    points = found(tmp_path, {"entry.S": "ENTRY(fast_first)\n\tnop\n", "traps.c": TABLE_C})
    assert {name: each.how for name, each in points.items()} == dict.fromkeys(
        ("fast_first", "do_first", "do_last", "do_rest"), How.VECTOR
    )


@pytest.mark.parametrize("layout", ["{\n%s\n};", "{ %s };", "{\n%s,\n{\n0\n}\n};", "{\n{\n0\n},\n%s\n};"])
def test_a_table_ends_where_its_braces_do(layout: str, tmp_path: Path) -> None:
    """However it is laid out, and with nothing of what follows."""
    rows = "{ 1, fast_first }, { 2, do_first }"
    text = c("do_first", "do_other") + f"static struct table table[] = {layout % rows}\nint other[] = {{ do_other }};\n"
    points = found(tmp_path, {"entry.S": "ENTRY(fast_first)\n\tnop\n", "traps.c": text})
    assert set(points) == {"fast_first", "do_first"}


def test_kinds_and_where_they_come_from(tmp_path: Path) -> None:
    names = ("el0_svc", "do_irq", "exc_nmi", "do_page_fault", "exc_int3", "fault_from_kernel", "own_fork", "own_trap")
    body = "{ enter_from_user_mode(regs); }"
    calls = "".join(f"\tbl {name}\n" for name in (*names, "tracked"))
    entry = f"ENTRY(all)\n{calls}ENTRY(ret_from_fork)\n\tbl schedule_tail\n\tbl first_way_out\n"
    points = found(tmp_path, {
        "entry.S": entry, "traps.c": c(*names, "first_way_out") + c("tracked", body=body),
    })  # fmt: skip
    assert {name: (each.kind, each.whence.value, each.because) for name, each in points.items() if name != "all"} == {
        "el0_svc": ("syscall", "user", "a syscall entry"),
        "do_irq": ("interrupt", "any", ""),
        "exc_nmi": ("nmi", "any", ""),
        "do_page_fault": ("exception", "any", ""),
        "exc_int3": ("exception", "any", ""),
        "fault_from_kernel": ("exception", "kernel", "`kernel` in its name"),
        "own_fork": ("fork", "fork", "a fork entry"),
        "own_trap": ("exception", "any", ""),
        "tracked": ("exception", "user", "enter_from_user_mode()"),
        "ret_from_fork": ("fork", "fork", "a fork entry"),
        "first_way_out": ("fork", "fork", "a fork entry"),
    }


def test_an_exception_table_is_no_table_of_vectors(tmp_path: Path) -> None:
    entry = '.macro EX\n9:\tsd r1\n\t.section __ex_table,"a"\n\tPTR 9b, fault\n\t.previous\n.endm\n' + "\tEX\n" * 6
    points = found(tmp_path, {"fpu.S": f"{entry}fault:\n\tnop\nENTRY(trap)\n\tbl do_trap\n", "traps.c": c("do_trap")})
    assert set(points) == {"trap", "do_trap"}


def test_an_overlay_is_what_is_read(tmp_path: Path) -> None:
    found(tmp_path, {"entry.S": "ENTRY(trap)\n\tbl do_trap\n", "traps.c": c("do_trap")})
    tree = find_tree(tmp_path)
    assert tree is not None
    tree.overlay["arch/toy/kernel/traps.c"] = c("do_trap", "do_more").encode()  # type: ignore[index]
    tree.overlay["arch/toy/kernel/entry.S"] = b"ENTRY(trap)\n\tbl do_more\n"  # type: ignore[index]
    assert {each.symbol for each in discover(TreeReader(tree), "toy")} == {"trap", "do_more"}
    tree.overlay["arch/toy/kernel/traps.c"] = b"/* nothing */"  # type: ignore[index]
    assert TreeReader(tree).mentioning("arch/toy", ".c", "pt_regs") == ()


# Linux.

VARIABLES = {
    Release(6, 1): "KERNEL_TREE_6_1",
    Release(6, 12): "KERNEL_TREE_6_12",
    None: "KERNEL_TREE_NEWEST",
}
MISSED = {
    "arm": "common_invalid",
    "csky": "csky_cmpxchg csky_get_tls",
    "loongarch": "except_vec_cex",
    "powerpc": "system_call_vectored load_up_fpu masked_interrupt ret_from_level_except",
    "riscv": "new_vmalloc_check",
    "sparc64": "do_ivec",
    "x86": "poke_int3_handler exc_vmm_communication",
    "xtensa": "fast_syscall_spill_registers fast_syscall_xtensa _WindowOverflow4 window_overflow_restore_a0_fixup "
    "debug_exception unrecoverable_exception",
}
"""What specs name and is not found.

Two are C. poke_int3_handler() is no entry: exc_int3() calls it. In 6.1 the spec's exc_vmm_communication is what
DEFINE_IDTENTRY_VC_KERNEL() and _USER() are given, and these define kernel_exc_vmm_communication() and user_...().
All others are assembly that calls no C: steps of another entry (common_invalid, masked_interrupt, new_vmalloc_check,
ret_from_level_except, window_overflow_restore_a0_fixup, load_up_fpu), a .macro (system_call_vectored), and what C or
the linker puts into place (csky's, xtensa's vectors, except_vec_cex, do_ivec).
"""


@cache
def tree_points(release: Release | None, arch: str) -> tuple[EntryPoint, ...]:
    named = os.environ.get(VARIABLES[release])
    if not named:
        pytest.skip(f"{VARIABLES[release]} names no kernel tree")
    tree = find_tree(Path(named))
    assert tree is not None
    return discover(TreeReader(tree), arch)


@pytest.mark.tree
@pytest.mark.parametrize("arch", sorted(path.stem for path in SPECS.glob("*.yaml")))
@pytest.mark.parametrize("release", [Release(6, 12), Release(6, 1)], ids=str)
def test_the_symbols_that_a_spec_names_are_found(release: Release, arch: str) -> None:
    spec = load_spec(SPECS / f"{arch}.yaml")
    points = tree_points(release, folder_of(spec.kconfig.file))
    symbols = {each.symbol for each in points} | {each.macro for each in points}
    root = Path(os.environ[VARIABLES[release]])
    named = {
        path.symbol
        for path in spec.model.in_release(release).paths.values()
        if (root / path.file).is_file() and path.symbol in (root / path.file).read_text("utf-8", "replace")
    }
    assert len(named) >= 3
    assert named - symbols - set(MISSED.get(arch, "").split()) == set()


@pytest.mark.tree
def test_nothing_is_said_to_be_missed_that_is_found() -> None:
    for arch, names in MISSED.items():
        spec = load_spec(SPECS / f"{arch}.yaml")
        folder = folder_of(spec.kconfig.file)
        old = {each.symbol for each in tree_points(Release(6, 1), folder)}
        both = old & {each.symbol for each in tree_points(Release(6, 12), folder)}
        assert both.isdisjoint(names.split()), arch


NEWEST = {
    (
        "arm64",
        How.CALLED_IN,
    ): "el0t_64_sync_handler el0t_32_irq_handler el1h_64_error_handler __sdei_handler handle_bad_stack",
    ("arm64", How.CALLED_OUT): "asm_exit_to_user_mode",
    ("arm64", How.DISPATCHED): "el0_da el0_svc el0_svc_compat el0_inv __el1_pnmi __el1_irq el1_brk64 el0_interrupt",
    ("riscv", How.VECTOR): "do_trap_ecall_u do_trap_break do_trap_insn_illegal do_trap_load_fault do_page_fault",
    ("riscv", How.CALLED_IN): "do_irq handle_bad_stack ret_from_fork_user",
    ("loongarch", How.CALLED_IN): "do_syscall do_page_fault do_vint do_ade do_lbt do_reserved ret_from_fork",
    (
        "x86",
        How.CALLED_IN,
    ): "do_syscall_64 do_fast_syscall_32 fred_entry_from_user fred_entry_from_kernel exc_nmi ret_from_fork",
    ("x86", How.MACRO): "exc_page_fault common_interrupt exc_debug fred_exc_nmi exc_double_fault sysvec_call_function "
    "exc_divide_error exc_vmm_communication",
    ("x86", How.DISPATCHED): "exc_debug_user exc_debug_kernel exc_machine_check_user fred_hwexc fred_bad_type",
    (
        "powerpc",
        How.CALLED_IN,
    ): "system_call_exception do_page_fault do_slb_fault do_IRQ timer_interrupt DebugException",
    ("powerpc", How.CALLED_OUT): "syscall_exit_prepare syscall_exit_restart interrupt_exit_user_prepare "
    "interrupt_exit_kernel_prepare",
    ("mips", How.CALLED_IN): "do_page_fault syscall_trace_enter do_ade do_ftlb nmi_exception_handler",
    ("mips", How.CALLED_OUT): "do_notify_resume syscall_trace_leave",
    ("sparc", How.CALLED_IN): "syscall_trace_enter do_sparc64_fault kprobe_trap handler_irq perfctr_irq",
    ("sparc", How.CALLED_OUT): "do_notify_resume syscall_trace_leave",
    (
        "arm",
        How.CALLED_IN,
    ): "do_PrefetchAbort do_undefinstr handle_fiq_as_nmi syscall_trace_enter generic_handle_arch_irq",
    ("arm", How.VECTOR): "__dabt_usr __irq_usr __und_svc do_DataAbort",
    ("arm", How.CALLED_OUT): "do_work_pending syscall_trace_exit",
    ("csky", How.CALLED_IN): "trap_c do_page_fault syscall_trace_enter generic_handle_arch_irq",
    ("csky", How.DISPATCHED): "do_trap_fpe do_trap_illinsn",
    ("csky", How.CALLED_OUT): "do_notify_resume syscall_trace_exit",
    ("xtensa", How.VECTOR): "do_page_fault do_interrupt do_unhandled do_nmi do_debug fast_alloca system_call",
    ("xtensa", How.CALLED_OUT): "do_notify_resume do_syscall_trace_leave",
}
"""What the newest tree has, by hand from its code."""


@pytest.mark.tree
@pytest.mark.parametrize("arch", sorted({arch for arch, _ in NEWEST}))
def test_what_the_newest_tree_has(arch: str) -> None:
    points = tree_points(None, arch)
    by_how = {how: {each.symbol for each in points if each.how is how} for how in How}
    lacking = {how: set(names.split()) - by_how[how] for (own, how), names in NEWEST.items() if own == arch}
    assert not any(lacking.values()), lacking
