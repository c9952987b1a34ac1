"""`gen new`: the skeleton of a spec, whose only errors are what a person has to fill in, each with where to look."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from support import BAD_INPUT, CLEAN, TOY, changed, check_wording, line_of, run, run_json, snapshot, write_spec

from gen.spec.fill_in import TOPICS, marker, marker_name

MAKEFILE = "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\nEXTRAVERSION =\n"
ENTRY_S = """\
#include <asm/asm.h>

#define UNHANDLED(label) \\
ENTRY(label) ; \\
	bl	do_never

.macro	HANDLER name, function
ENTRY(\\name)
	bl	\\function
	b	ret_from_exception
.endm

ENTRY(trap_entry)
	save
inner_label:
	bl	do_trap
	bl	do_Odd
	bl	do_notify_resume	/* the way out */
END(trap_entry)

	.globl	timer_irq
timer_irq:
	bl	do_irq

	HANDLER	fault_entry, do_fault

ENTRY(system_call)
	ld	r1, sys_call_table
END(system_call)

ENTRY(ret_from_fork)
	bl	schedule_tail
END(ret_from_fork)

ENTRY(ret_from_kernel_thread)
	call_it	r1
	.long	1f

external:
	bl	generic_handle_arch_irq

	/* beside a fixup it is a step of the entry before */
tabled:
	bl	do_frame
load_word:
	bl	do_trap

vectors:
	.long	do_vector
	.long	not_there
	.long	external
	.long	tabled
	.section __ex_table, "a"
	.long	load_word, a_fixup
"""
TRAPS_C = """\
asmlinkage void do_trap(struct pt_regs *regs) { }
asmlinkage void do_Odd(struct pt_regs *regs) { }
asmlinkage void do_irq(struct pt_regs *regs) { }
asmlinkage void do_fault(unsigned long address, struct pt_regs *regs) { }
asmlinkage void do_vector(struct pt_regs *regs) { }
asmlinkage void do_notify_resume(struct pt_regs *regs) { }
asmlinkage void do_frame(struct frame *fp) { }
static void do_helper(struct pt_regs *regs) { }
asmlinkage void do_never(struct pt_regs *regs) { }
"""
TREE = {
    "Makefile": MAKEFILE,
    "Kconfig": "",
    "arch/Kconfig": "",
    "arch/toy/Kconfig": "config TOY\n\tdef_bool y\n\tselect HAVE_FUTEX\n",
    "arch/toy/kernel/entry.S": ENTRY_S,
    "arch/toy/kernel/traps.c": TRAPS_C,
    "arch/toy/lib/memcpy.S": "ENTRY(memcpy)\n\tbl do_trap\n",
}
KNOWN = {
    "alpha": "entInt entArith entMM entIF entUna entUnaUser entDbg entSys ret_from_fork ret_from_kernel_thread",
    "arc": "mem_service instr_service EV_MachineCheck EV_TLBMissI EV_TLBMissD EV_TLBProtV EV_PrivilegeV EV_SWI EV_Trap "
    "EV_Extension EV_DivZero EV_DCError EV_Misaligned handle_interrupt handle_interrupt_level1 handle_interrupt_level2 "
    "ret_from_fork",
    "hexagon": "_K_enter_genex _K_enter_interrupt _K_enter_trap0 _K_enter_machcheck _K_enter_debug ret_from_fork",
    "m68k": "system_call buserr trap auto_inthandler user_inthandler bad_inthandler inthandler inthandler1 inthandler2 "
    "inthandler3 inthandler4 inthandler5 inthandler6 inthandler7 bad_interrupt dbginterrupt ret_from_fork "
    "ret_from_kernel_thread",
    "microblaze": "_user_exception _interrupt _hw_exception_handler _debug_exception _xmb_manager_break "
    "full_exception_trap handle_unaligned_ex handle_data_storage_exception handle_instruction_storage_exception "
    "handle_data_tlb_miss_exception handle_instruction_tlb_miss_exception page_fault_data_trap page_fault_instr_trap "
    "ret_from_fork ret_from_kernel_thread",
    "nios2": "exception_handler_hook fast_handler inthandler external_interrupt handle_trap instruction_trap "
    "handle_illegal handle_unaligned handle_diverror protection_exception_ba protection_exception_instr "
    "protection_exception_pte unhandled_exception handle_system_call handle_trap_1 handle_trap_2 handle_trap_3 "
    "handle_trap_reserved handle_breakpoint ret_from_fork ret_from_kernel_thread",
    "openrisc": "_bus_fault_handler _data_page_fault_handler _insn_page_fault_handler _timer_handler "
    "_alignment_handler _illegal_instruction_handler _external_irq_handler boot_dtlb_miss_handler "
    "boot_itlb_miss_handler dtlb_miss_handler itlb_miss_handler _dtlb_miss_page_fault_handler "
    "_itlb_miss_page_fault_handler _sys_call_handler _trap_handler ret_from_fork",
    "parisc": "linux_gateway_page intr_save intr_extint itlb_miss_11 itlb_miss_20 itlb_miss_20w dtlb_miss_11 "
    "dtlb_miss_20 dtlb_miss_20w naitlb_miss_11 naitlb_miss_20 naitlb_miss_20w nadtlb_miss_11 nadtlb_miss_20 "
    "nadtlb_miss_20w dbit_trap_11 dbit_trap_20 dbit_trap_20w os_hpmc toc_handler ret_from_kernel_thread",
    "s390": "system_call pgm_check_handler ext_int_handler io_int_handler mcck_int_handler restart_int_handler "
    "early_pgm_check_handler ret_from_fork",
    "sh": "exception_handler handle_interrupt exception_error tlb_miss_load tlb_miss_store initial_page_write "
    "tlb_protection_violation_load tlb_protection_violation_store address_error_load address_error_store "
    "address_error_trap_handler nmi_trap_handler breakpoint_trap_handler fpu_error_trap_handler "
    "system_call do_IRQ do_page_fault do_address_error handle_tlbmiss sh_bios_handler "
    "ret_from_fork ret_from_kernel_thread",
    "um": "handle_syscall segv_handler sigio_handler timer_handler relay_signal",
}
"""The entries of each port, by hand from the code that tells the hardware of them; those of um, and some of sh, are C.

alpha: wrent() in trap_init(), init_IRQ(). arc: the two vector tables. hexagon: _K_VM_event_vector. m68k:
base_trap_init(), trap_init() of each sort of CPU. microblaze: .init.ivt, _MB_HW_ExceptionVectorTable. nios2: what
setup_arch() copies, exception_table, trap_table. openrisc: head.S, paging_init(). parisc: fault_vector_11 and _20,
the gateway page, os_hpmc. s390: the lowcore. sh: vbr_base and exception_handling_table. um: sig_info.
"""
TRACKED = ("arm", "arm64", "csky", "loongarch", "mips", "powerpc", "riscv", "sparc", "x86", "xtensa")
"""Ports that have a spec, of which a skeleton is made all the same."""
SOME = {"openrisc": "_fpe_trap_handler", "um": "bus_handler"}
"""What only some trees have: from 6.12 on, and up to 6.12."""
LACKING = {
    "m68k": "dz inex ovfl unfl snan operr bsun fline unsupp fpu_emu nmihandler",
    "nios2": "handle_kgdb_breakpoint",
    "openrisc": "_vector_0xb00 _vector_0xf00 _vector_0x1f00",
    "sh": "general_exception tlb_miss",
}
"""What hardware enters and a skeleton lacks: floating-point support that hands on, kgdb, vectors of which the kernel
dies, and a place known by its distance from vbr_base alone."""
NO_ENTRIES = {
    "alpha": "do_switch_stack __save_fpu",
    "arc": "int1_saved_reg reserved res_service",
    "microblaze": "microblaze_trap_handlers no_intr_resched type_SYSCALL load1",
    "nios2": "fast_handler_end exception_table trap_table",
    "openrisc": "handler empty_zero_page",
    "parisc": "relocate_new_kernel return_to_handler",
    "s390": "__sie64a return_to_handler daton_psw",
    "sh": "exception_handling_table save_regs __cpu_mode",
}
"""What looks like one and is none: data, helpers, and code that is copied elsewhere."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a small tree in it."""
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "linux", TREE)
    return tmp_path


def put(top: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        place = top / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def test_it_says_what_it_wrote_and_what_comes_next(here: Path) -> None:
    result = run("new", "toy", "--tree", "linux")
    assert (result.code, result.err) == (CLEAN, "")
    assert result.out == (
        "wrote arch_specs/toy.yaml: 9 entry paths, 6 questions to be answered\n"
        "`gen check arch_specs/toy.yaml` says what, and where to look\n"
    )


def test_the_entries_are_those_of_the_assembly(here: Path) -> None:
    run("new", "toy", "--tree", "linux", "-o", "toy.yaml", "-q")
    spec = yaml.safe_load((here / "toy.yaml").read_text(encoding="utf-8"))
    assert spec["kconfig"] == {"file": "arch/toy/Kconfig", "symbol": "TOY"}
    assert {name: (path["kind"], path["symbol"], path["code"]) for name, path in spec["paths"].items()} == {
        "trap_entry": ("exception", "trap_entry", "mixed"),
        "timer_irq": ("interrupt", "timer_irq", "mixed"),
        "fault_entry": ("exception", "fault_entry", "mixed"),
        "system_call": ("syscall", "system_call", "mixed"),
        "ret_from_fork": ("fork", "ret_from_fork", "mixed"),
        "ret_from_kernel_thread": ("fork", "ret_from_kernel_thread", "mixed"),
        "external": ("interrupt", "external", "mixed"),
        "tabled": ("exception", "tabled", "mixed"),
        "do_vector": ("exception", "do_vector", "c"),
    }
    called = [step["work"]["calls"] for path in spec["paths"].values() for step in path["steps"] if "work" in step]
    assert called == ["do_trap", "do_Odd", "do_irq", "do_fault", "do_frame", "do_trap"]


def test_what_comes_next_can_be_pasted(here: Path) -> None:
    result = run("new", "toy", "--tree", "linux", "-o", "my specs/toy.yaml")
    assert "\n`gen check 'my specs/toy.yaml'` says what, and where to look\n" in result.out


def test_a_file_that_no_spec_can_name_is_refused(here: Path) -> None:
    before = snapshot(here)
    for name, shown in (("\udcff.S", "\\udcff.S"), ("a b.S", "a b.S")):
        odd = here / "linux/arch/toy/kernel" / name
        odd.write_text("ENTRY(odd_handler)\n", encoding="utf-8")
        result = run("new", "toy", "--tree", "linux")
        odd.unlink()
        assert (result.code, result.out) == (BAD_INPUT, "")
        assert result.err.startswith("gen new: the skeleton would not be a spec: line ")
        assert f"arch/toy/kernel/{shown}" in result.err
    assert snapshot(here) == before


def test_check_finds_the_markers_and_nothing_else(here: Path) -> None:
    run("new", "toy", "--tree", "linux")
    text = (here / "arch_specs" / "toy.yaml").read_text(encoding="utf-8")
    result = run_json("check", "toy")
    assert result.code == BAD_INPUT
    steps = [line.rpartition("fill_in_")[2].rstrip("}") for line in text.split("\n") if "calls: fill_in_" in line]
    asked = {topic: sum(each.startswith(topic) for each in steps) for topic in TOPICS}
    told = sorted(each["message"].partition(":")[0] for each in result.findings)
    assert (result.rules, len(steps)) == ({"to-be-filled-in"}, 41)
    times = [f", {asked[topic]} times" if asked[topic] > 1 else "" for topic in TOPICS]
    assert told == [f"to be filled in ({number} of 6{many})" for number, many in enumerate(times, 1)]
    for found in result.findings:
        check_wording(found)
    masked = next(each for each in result.findings if "masks" in each["message"])
    # Of one that calls less, less is asked.
    first = f"look at arch/toy/kernel/entry.S:{line_of(ENTRY_S, 'system_call')} (system_call), then at "
    assert first in masked["message"] and masked["message"].endswith(" and 5 more")
    assert masked["hint"] == "write it into `masked`, and delete each of these steps"


def test_a_marker_reaches_neither_proof_nor_c(here: Path) -> None:
    run("new", "toy", "--tree", "linux")
    before = snapshot(here)
    assert run("render", "toy", "--force").code == BAD_INPUT
    assert run("verify", "toy").code == BAD_INPUT
    assert snapshot(here) == before


VECTORS = {
    "data": ".word\tvec_a\t/* 0 */\n\n\t.word\tvec_b\n#ifdef CONFIG_X\n\t.word vec_c\n#endif\n\t.word TOPHYS(vec_d)\n",
    "jumps": ".org 0\n\tbrai\tvec_a;\n\t.org 8\n\tbrai TOPHYS(vec_b);\n\tl.nop\n\tbrai vec_c\nat_c:\n\tbrai vec_d\n",
    "named": "#define VECTOR .word\nVECTOR vec_a\nVECTOR vec_b\n.rept 3\nVECTOR vec_c\n.endr\nVECTOR vec_d\n",
    "a macro that jumps": ".macro VECTOR to\n\tj \\to\n.endm\nVECTOR vec_a\nVECTOR vec_b\nVECTOR vec_c\nVECTOR vec_d\n",
    "C macros": "HANDLE(vec_a)\n\t.align 32\nHANDLE(vec_b)\nHANDLE(vec_c)\nHANDLE ( vec_d )\n",
    "macros that jump": """\
.macro def n
	b vec_a
at_n:
	ldi \\n, r8
.endm
.macro miss n
	b vec_b
	b vec_c
	b vec_\\n
	b .Lout
	bl vec_e
.endm
.macro other
	b vec_d
.endm
table:
	def 1
	def 2
	miss 3
	def 4
	other
	def 5
""",
}
"""A table of vectors in each way in which one is written."""
NO_VECTORS = {
    "too few": "\t.word vec_a\n\t.word vec_b\n\t.word vec_c\n\tadd r1, r2\n\t.word vec_d\n",
    "two and two": "\tpush vec_a\n\tpush vec_b\n\tpop vec_c\n\tpop vec_d\n",
    "calls": "\tbl vec_a\n\tbl vec_b\n\tbl vec_c\n\tbl vec_d\n\tjsr vec_a\n\tjsr vec_b\n\tjsr vec_c\n\tjsr vec_d\n",
    "more operands": "\tbeq r1, vec_a\n\tbeq r2, vec_b\n\tbeq r3, vec_c\n\tbeq r4, vec_d\n",
    "pool of literals": "1:\t.long vec_a\n2:\t.long vec_b\n3:\t.long vec_c\n4:\t.long vec_d\n",
    "declarations": "\t.globl vec_a\n\t.globl vec_b\n\t.globl vec_c\n\t.globl vec_d\n",
    "no labels": "\t.word one\n\t.word two\n\t.word three\n\t.word four\n",
    "extable": "\t.word vec_a, fix\n\t.word vec_b, fix\n\t.word vec_c, fix\n\t.word vec_d, fix\n",
}
"""What is none."""
LABELS_S = (
    ".Lout:\nvec_\\n:\nvec_a:\n\tnop\nvec_b:\n\tnop\nENTRY(vec_c)\n\tnop\n\t.globl vec_d\nvec_d:\nvec_e:\n\tnop\n"
)


def symbols(here: Path, files: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """To each symbol of a skeleton its file and what its code is."""
    put(here / "linux", {f"arch/toy/kernel/{name}": text for name, text in files.items()})
    (here / "toy.yaml").unlink(missing_ok=True)
    assert run("new", "toy", "--tree", "linux", "-o", "toy.yaml").code == CLEAN
    paths = yaml.safe_load((here / "toy.yaml").read_text(encoding="utf-8"))["paths"].values()
    return {path["symbol"]: (path["file"].removeprefix("arch/toy/kernel/"), path["code"]) for path in paths}


@pytest.mark.parametrize("way", VECTORS)
def test_a_table_of_vectors_names_entries(way: str, here: Path) -> None:
    found = symbols(here, {"head.S": VECTORS[way], "labels.S": LABELS_S})
    assert "at_n" not in found
    assert {name: found[name] for name in found if name.startswith("vec_")} == {
        f"vec_{letter}": ("labels.S", "mixed") for letter in "abcd"
    }


@pytest.mark.parametrize("way", NO_VECTORS)
def test_what_is_no_table_names_none(way: str, here: Path) -> None:
    found = symbols(here, {"head.S": NO_VECTORS[way], "labels.S": LABELS_S})
    assert not [name for name in found if name.startswith("vec_")]


def test_tables_of_arithmetic_name_none(here: Path) -> None:
    found = symbols(here, {"fpsp040/tables.S": VECTORS["data"], "labels.S": LABELS_S})
    assert not [name for name in found if name.startswith("vec_")]


def test_a_name_for_a_slot_is_no_label(here: Path) -> None:
    table = "#define vec_f vec_a\n" + VECTORS["data"] + "\t.word vec_f\n"
    assert "vec_f" not in symbols(here, {"head.S": table, "labels.S": LABELS_S})


def test_the_line_beside_a_table_is_no_slot(here: Path) -> None:
    found = symbols(here, {"head.S": "\tpush vec_e\n" + VECTORS["data"], "labels.S": LABELS_S})
    assert "vec_d" in found and "vec_e" not in found


def test_a_table_names_c_handlers_and_no_way_out(here: Path) -> None:
    table = "\t.word do_Odd\n\t.word do_notify_resume\n\t.word vec_reset\n\t.word vec_a\n\t.word reserved\n"
    found = symbols(here, {"head.S": table, "labels.S": f"{LABELS_S}vec_reset:\n\tnop\nreserved:\n\tnop\n"})
    assert found["do_Odd"] == ("traps.c", "c")
    assert {"vec_a"} == set(found) & {"vec_a", "vec_reset", "reserved", "do_notify_resume"}


def test_what_is_called_a_handler_is_an_entry(here: Path) -> None:
    names = (
        "inthandler",
        "handle_trap",
        "tlb_miss_handler",
        "fast_handler_end",
        "trap_handlers",
        "return_to_handler",
        "bad_interrupt",
    )
    found = symbols(here, {"labels.S": "".join(f"ENTRY({name})\n\tnop\n" for name in names)})
    assert set(found) & set(names) == {"inthandler", "handle_trap", "tlb_miss_handler", "bad_interrupt"}


def test_what_a_handler_takes(here: Path) -> None:
    code = "asmlinkage void do_una(void *va, struct allregs *regs) { }\n"
    found = symbols(here, {"una.S": "ENTRY(una)\n\tbl do_una\n", "una.c": code})
    assert found["una"] == ("una.S", "mixed")


# What excludes each other, and names.


def test_a_label_in_two_files_is_two_paths_with_their_conditions(here: Path) -> None:
    put(here / "linux", {
        "arch/toy/Kbuild": "obj-y += kernel/\nobj-$(CONFIG_COLD) += cold/\n",
        "arch/toy/kernel/Makefile": "ifdef CONFIG_MMU\nobj-y += both.o\nelse\nobj-y += none.o\nendif\n",
        "arch/toy/kernel/both.S": "#if 1\n#ifndef CONFIG_X\nENTRY(both)\n\tbl do_trap\n#endif\n#endif\n",
        "arch/toy/kernel/none.S": "#ifdef CONFIG_Y\n#else\nENTRY(both)\n\tbl do_trap\n#endif\n",
        "arch/toy/cold/Makefile": "obj-y += both.o\n",
        "arch/toy/cold/both.S": "#ifdef CONFIG_Z\n#endif\nENTRY(both)\n\tbl do_trap\n",
    })  # fmt: skip
    assert run("new", "toy", "--tree", "linux", "-o", "toy.yaml").code == CLEAN
    text = (here / "toy.yaml").read_text(encoding="utf-8")
    found = re.findall(r"# Built where (.*)\.\n(?:(?!\n\n)[\s\S])*?symbol: both\n    file: (.*)", text)
    assert found == [
        ("COLD", "arch/toy/cold/both.S"),
        ("MMU && 1 && !CONFIG_X", "arch/toy/kernel/both.S"),
        ("!MMU && !CONFIG_Y", "arch/toy/kernel/none.S"),
    ]
    assert list(yaml.safe_load(text)["paths"])[:3] == ["both", "both_entry", "trap_entry"]


def test_names_are_what_the_kernel_has(here: Path) -> None:
    code = "asmlinkage void do_IRQ(struct pt_regs *regs) { }\nasmlinkage void __do_It(struct pt_regs *regs) { }\n"
    found = symbols(here, {"irq.c": code, "Irq.S": "ENTRY(_Handle_IRQ)\n\tbl do_IRQ\n\tbl __do_It\n"})
    assert "_Handle_IRQ" in found
    path = yaml.safe_load((here / "toy.yaml").read_text(encoding="utf-8"))["paths"]["handle_irq"]
    assert [step["work"]["calls"] for step in path["steps"] if "work" in step] == ["do_IRQ", "__do_It"]
    assert run_json("check", "toy.yaml").rules == {"to-be-filled-in"}


@pytest.mark.parametrize("name", ["do_IRQ", "__do_IRQ", "IRQ", "x" * 64])
def test_a_handler_is_called_what_the_kernel_calls_it(name: str, here: Path) -> None:
    spec = changed(TOY, "      - work: {calls: handle_irq}\n", f"      - work: {{calls: {name}}}\n")
    place = write_spec(here, spec)
    assert run_json("check", place).places == []
    assert run("render", place).code == CLEAN
    stubs = next(here.glob("out/toy/kernel/entry-stubs.c")).read_text(encoding="utf-8")
    assert f"toy_ct_{name}(regs);" in stubs


@pytest.mark.parametrize("name", ["do-IRQ", "do_IRQ()", "9lives", "x" * 65, "do IRQ", "d\u00f6"])
def test_what_is_no_name_of_a_handler(name: str, tmp_path: Path) -> None:
    spec = changed(TOY, "      - work: {calls: handle_irq}\n", f'      - work: {{calls: "{name}"}}\n')
    assert run_json("check", write_spec(tmp_path, spec)).rules == {"bad-text"}


GENERIC_H = """\
static __always_inline void enter_from_user_mode(struct pt_regs *regs)
{
	arch_hook(regs);
	lockdep_hardirqs_off(CALLER_ADDR0);
	CT_WARN_ON(__ct_state() != CT_STATE_USER);
	user_exit_irqoff();
}
static __always_inline void exit_to_user_mode(void)
{
	user_enter_irqoff();
}
#define enter_in_one(regs) do { enter_from_user_mode(regs); local_irq_enable(); } while (0)
static inline void unused(void) { user_enter_irqoff(); }
static inline int asks_only(void) { return test_thread_flag(TIF_X); }
"""
COMMON_C = """\
noinstr irqentry_state_t irqentry_enter(struct pt_regs *regs)
{
	if (user_mode(regs)) {
		enter_from_user_mode(regs);
		return ret;
	}
	if (!IS_ENABLED(CONFIG_TINY) && is_idle_task(current))
		ct_irq_enter();
	return ret;
}
noinstr void irqentry_exit(struct pt_regs *regs, irqentry_state_t state)
{
	if (user_mode(regs))
		exit_to_user_mode();
	else
		goto out;
out:
	return;
}
"""
GENERIC = {
    "arch/Kconfig": 'source "arch/$(SRCARCH)/Kconfig"\n',
    "arch/toy/Kconfig": "config TOY\n\tdef_bool y\n\tselect GENERIC_IRQ_ENTRY\n",
    "include/linux/irq-entry-common.h": GENERIC_H,
    "kernel/entry/common.c": COMMON_C,
    "arch/toy/kernel/traps.c": TRAPS_C.replace(
        "do_trap(struct pt_regs *regs) { }",
        "do_trap(struct pt_regs *regs)\n{\n\tirqentry_enter(regs);\n\twork();\n\tirqentry_exit(regs, s);\n}",
    ).replace(
        "do_irq(struct pt_regs *regs) { }", "do_irq(struct pt_regs *regs) { wrapped(regs); exit_to_user_mode(); }"
    )
    + "static void wrapped(struct pt_regs *regs) { enter_in_one(regs); }\n",
}
"""A tree whose traps use generic entry code of its own headers."""


def test_generic_entry_code_is_described_by_the_headers_of_the_tree(here: Path) -> None:
    put(here / "linux", GENERIC)
    assert run("new", "toy", "--tree", "linux", "-o", "toy.yaml").code == CLEAN
    spec = yaml.safe_load((here / "toy.yaml").read_text(encoding="utf-8"))
    written = {
        name: (each["symbol"], each["file"].split("/")[-1], each["steps"]) for name, each in spec["sequences"].items()
    }
    line = line_of(COMMON_C, "irqentry_exit")
    assert written == {
        "enter_from_user_mode": ("enter_from_user_mode", "irq-entry-common.h", [
            {"code": {"calls": "fill_in_handlers_1"}}, {"work": {"calls": "arch_hook"}}, "lockdep_hardirqs_off",
            "user_exit_irqoff",
        ]),
        "irqentry_enter": ("irqentry_enter", "common.c", [
            {"if": "user_regs", "then": [{"call": "enter_from_user_mode"}], "else": [
                {"if": "asks_is_enabled_tiny_is_idle", "then": ["ct_irq_enter"]},
            ]},
        ]),
        "exit_to_user_mode": ("exit_to_user_mode", "irq-entry-common.h", ["user_enter_irqoff"]),
        "irqentry_exit": ("irqentry_exit", "common.c", [{"code": {"calls": f"fill_in_steps_{line}"}}]),
        "enter_in_one": ("enter_in_one", "irq-entry-common.h", [{"call": "enter_from_user_mode"}, {"unmask": ["irq"]}]),
    }  # fmt: skip
    assert spec["conditions"] == {
        "asks_is_enabled_tiny_is_idle": "it asks (!IS_ENABLED(CONFIG_TINY) && is_idle_task(current))"
    }
    steps = {name: [step for step in path["steps"] if "code" not in step] for name, path in spec["paths"].items()}
    assert steps["trap_entry"][0] == {"call": "irqentry_enter"} and steps["trap_entry"][-2] == {"call": "irqentry_exit"}
    assert steps["timer_irq"] == [
        {"call": "enter_in_one"}, {"work": {"calls": "do_irq"}}, {"call": "exit_to_user_mode"}, "return",
    ]  # fmt: skip
    assert run_json("check", "toy.yaml").rules == {"to-be-filled-in"}


def test_without_the_select_there_is_no_generic_entry_code(here: Path) -> None:
    put(here / "linux", {**GENERIC, "arch/toy/Kconfig": TREE["arch/toy/Kconfig"]})
    assert run("new", "toy", "--tree", "linux", "-o", "toy.yaml").code == CLEAN
    assert "sequences" not in yaml.safe_load((here / "toy.yaml").read_text(encoding="utf-8"))


def test_a_later_release_has_the_same_skeleton(here: Path) -> None:
    """Nothing has to know it."""
    put(here / "linux", GENERIC)
    known = run("new", "toy", "--tree", "linux", "-o", "-").out
    put(here / "linux", {"Makefile": "VERSION = 8\nPATCHLEVEL = 4\n"})
    later = run("new", "toy", "--tree", "linux", "-o", "-")
    assert (later.code, later.out) == (CLEAN, known.replace("6.12", "8.4"))


@pytest.mark.parametrize("topic", TOPICS)
def test_filled_in_it_is_a_spec(topic: str, tmp_path: Path) -> None:
    """A marker is the only thing that is wrong with a spec that is complete but for it."""
    spec = changed(TOY, "      - work: {calls: handle_irq}\n", "      - work: {calls: handle_irq}\n      - MARKER\n")
    marked = spec.replace("MARKER", f"code: {{calls: {marker_name(topic, 7)}}}")
    assert run_json("check", write_spec(tmp_path, marked)).rules == {"to-be-filled-in"}
    assert run_json("check", write_spec(tmp_path, spec.replace("      - MARKER\n", ""))).places == []


@pytest.mark.parametrize("name", ["fill_in", "fill_in_", "fill_in_steps", "fill_in_9", "fill_in_nothing_9", "fill_ins"])
def test_no_handler_is_called_like_a_marker(name: str, tmp_path: Path) -> None:
    assert marker(name) is not None
    spec = changed(TOY, "      - work: {calls: handle_irq}\n", f"      - work: {{calls: {name}}}\n")
    assert run_json("check", write_spec(tmp_path, spec)).rules == {"to-be-filled-in"}


def test_c_handlers_where_no_assembly_enters(here: Path) -> None:
    (here / "linux" / "arch/toy/kernel/entry.S").unlink()
    run("new", "toy", "--tree", "linux", "-o", "toy.yaml")
    spec = yaml.safe_load((here / "toy.yaml").read_text(encoding="utf-8"))
    symbols = [path["symbol"] for path in spec["paths"].values()]
    assert symbols == ["do_trap", "do_Odd", "do_irq", "do_fault", "do_vector", "do_frame", "do_never"]
    assert run_json("check", "toy.yaml").rules == {"to-be-filled-in"}


# What cannot be done.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tyo", "--tree", "linux"), "arch/tyo is no architecture of this tree; did you mean `toy`?"),
        (("vax", "--tree", "linux"), "arch/vax is no architecture of this tree; it has toy"),
        (("TOY", "--tree", "linux"), "arch/TOY is no architecture of this tree; did you mean `toy`?"),
        (("../toy", "--tree", "linux"), "arch/../toy is no architecture of this tree; did you mean `toy`?"),
        (("toy", "--tree", "."), ". is not a kernel tree: it has no Makefile with a VERSION, Kconfig and arch/"),
        (("toy", "--tree", "linux", "-o", "linux"), "linux is there already, and is not overwritten; `-o FILE` writes "
         "elsewhere"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_written(arguments: tuple[str, ...], message: str, here: Path) -> None:
    before = snapshot(here)
    result = run("new", *arguments)
    assert (result.code, result.out, result.err) == (BAD_INPUT, "", f"gen new: {message}\n")
    assert snapshot(here) == before


def test_a_dash_is_standard_output(here: Path) -> None:
    before = snapshot(here)
    printed = run("new", "toy", "--tree", "linux", "-o", "-")
    assert snapshot(here) == before
    run("new", "toy", "--tree", "linux")
    written = (here / "arch_specs/toy.yaml").read_text(encoding="utf-8")
    assert (printed.code, printed.out, printed.err) == (CLEAN, written, "")


def test_a_spec_that_is_there_stays(here: Path) -> None:
    put(here / "arch_specs", {"toy.yaml": "mine\n"})
    assert run("new", "toy", "--tree", "linux").code == BAD_INPUT
    assert (here / "arch_specs" / "toy.yaml").read_text(encoding="utf-8") == "mine\n"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"arch/toy/kernel/traps.c": "", "arch/toy/kernel/entry.S": ""}, "nothing in arch/toy looks like an entry"),
        ({"arch/toy/Kconfig": "config SMP\n\tbool \"SMP\"\n"}, "arch/toy/Kconfig has no config that is always on"),
        ({"Makefile": MAKEFILE.replace("VERSION = 6", "VERSION = 4")}, "Linux 4.12 is not a release that gen knows"),
    ],
)  # fmt: skip
def test_a_tree_that_shows_too_little(files: Mapping[str, str], message: str, here: Path) -> None:
    put(here / "linux", files)
    result = run("new", "toy", "--tree", "linux")
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert result.err.startswith(f"gen new: {message}")
    assert not (here / "arch_specs").exists()


# Linux.


TREES = {
    "6.1": "KERNEL_TREE_6_1",
    "6.12": "KERNEL_TREE_6_12",
    "previous": "KERNEL_TREE_PREVIOUS",
    "newest": "KERNEL_TREE_NEWEST",
}
"""The trees, by the variables that name them."""


def tree_named(variable: str) -> Path:
    """The tree that a variable names; the test is skipped without one."""
    if not os.environ.get(variable):
        pytest.skip(f"{variable} names no kernel tree")
    return Path(os.environ[variable]).resolve()


@pytest.mark.tree
@pytest.mark.parametrize("name", TREES)
@pytest.mark.parametrize("arch", [*KNOWN, *TRACKED])
def test_every_port_has_a_skeleton(arch: str, name: str, tmp_path: Path) -> None:
    root = tree_named(TREES[name])
    place = tmp_path / f"{arch}.yaml"
    result = run("new", arch, "--tree", root, "-o", place)
    assert (result.code, result.err) == (CLEAN, "")
    spec = yaml.safe_load(place.read_text(encoding="utf-8"))
    symbols = {path["symbol"] for path in spec["paths"].values()}
    text = "".join(each.read_text("utf-8", "replace") for each in (root / "arch" / arch).rglob("*.[cS]"))
    some = {symbol for symbol in SOME.get(arch, "").split() if re.search(rf"\b{symbol}\b", text)}
    assert {*KNOWN.get(arch, "").split(), *some} <= symbols
    assert symbols.isdisjoint([*LACKING.get(arch, "").split(), *NO_ENTRIES.get(arch, "").split()])
    kinds = {path["kind"] for path in spec["paths"].values()}
    assert "exception" in kinds
    checked = run_json("check", place)
    # The generic entry code masks interrupts, even where they come by the label of exceptions, as on riscv.
    unused = {"unused-class"} if "sequences" in spec and "interrupt" not in kinds else set()
    assert checked.rules == {"to-be-filled-in", *unused}
    for found in (each for each in checked.findings if each["rule"] == "to-be-filled-in"):
        named = re.search(r"; look at ([^:]+):(\d+) \(([^)]+)\)", found["message"])
        assert named, found["message"]
        file, line, symbol = named.groups()
        text = (root / file).read_text(encoding="utf-8", errors="replace").split("\n")[int(line) - 1]
        # The name of what a macro defines is made of more than its argument.
        assert any(word in symbol for word in re.findall(r"\w{2,}", text)), found["message"]


@pytest.mark.tree
@pytest.mark.parametrize("arch", ["m68k", "s390", "csky"])
def test_a_release_that_nobody_has_seen(arch: str, here: Path) -> None:
    """The same bytes but for the release: what is not in the copy is not needed."""
    root = tree_named("KERNEL_TREE_NEWEST")
    copy = here / "later"
    for part in (f"arch/{arch}", "kernel/entry", "kernel/irq"):
        shutil.copytree(root / part, copy / part, symlinks=True)
    for part in ("Kconfig", "arch/Kconfig", "include/linux/entry-common.h", "include/linux/irq-entry-common.h"):
        (copy / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / part, copy / part)
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    said = re.sub(r"^VERSION = .*\nPATCHLEVEL = .*$", "VERSION = 8\nPATCHLEVEL = 4", makefile, count=1, flags=re.M)
    (copy / "Makefile").write_text(said, encoding="utf-8")
    own, later = (run("new", arch, "--tree", tree, "-o", "-") for tree in (root, copy))
    version = re.search(r"^VERSION = (.*)\nPATCHLEVEL = (.*)$", makefile, flags=re.M)
    assert version
    assert (later.code, later.err.count("\n")) == (CLEAN, 1), "that the facts are older is said once"
    assert later.err.startswith("gen: Linux 8.4 is newer than the facts of gen")
    assert later.out == own.out.replace(f"{version[1]}.{version[2]}", "8.4")
    assert "from a tree of Linux 8.4." in later.out


@pytest.mark.tree
def test_entry_codes_that_exclude_each_other_stay(here: Path) -> None:
    """m68k has three system_call, each for other machines."""
    run("new", "m68k", "--tree", tree_named("KERNEL_TREE_NEWEST"), "-o", "m68k.yaml")
    text = (here / "m68k.yaml").read_text(encoding="utf-8")
    found = re.findall(r"# Built where (.*)\.\n(?:(?!\n\n)[\s\S])*?symbol: system_call\n    file: (.*)", text)
    assert found == [
        ("M68000", "arch/m68k/68000/entry.S"),
        ("COLDFIRE", "arch/m68k/coldfire/entry.S"),
        ("!(defined(CONFIG_COLDFIRE) || !defined(CONFIG_MMU))", "arch/m68k/kernel/entry.S"),
    ]


@pytest.mark.tree
def test_s390_uses_the_generic_entry_code(here: Path) -> None:
    """Of the newest tree its system call: what is around the work, and that steps are the headers' own."""
    root = tree_named("KERNEL_TREE_NEWEST")
    run("new", "s390", "--tree", root, "-o", "s390.yaml")
    spec = yaml.safe_load((here / "s390.yaml").read_text(encoding="utf-8"))
    steps = [step for step in spec["paths"]["pgm_check_handler"]["steps"] if "code" not in step]
    assert steps[:2] == [{"call": "irqentry_enter"}, {"work": {"calls": "__do_pgm_check"}}]
    assert {"call": "irqentry_exit"} in steps
    entering = spec["sequences"]["enter_from_user_mode"]
    text = (root / entering["file"]).read_text(encoding="utf-8")
    assert re.search(r"\benter_from_user_mode\(", text)
    words = [step for step in entering["steps"] if isinstance(step, str)]
    assert words == [
        "lockdep_hardirqs_off", "user_exit_irqoff", "instrumentation_begin", "trace_hardirqs_off_finish",
        "instrumentation_end",
    ]  # fmt: skip


SHARED = """\
sequences:
  enter:
    title: "from user mode to KERNEL"
    symbol: _bus_fault_handler
    file: arch/openrisc/kernel/entry.S
    steps:
      - if: user_regs
        then:
          - user_exit_callable

  leave:
    title: "work, then to USER"
    symbol: _ret_from_exception
    file: arch/openrisc/kernel/entry.S
    steps:
      - mask: [irq]
      - if: user_regs
        then:
          - user_enter_callable

paths:
"""


@pytest.mark.tree
def test_a_skeleton_that_is_filled_in_becomes_a_series(tree: Path, here: Path) -> None:
    run("new", "openrisc", "--tree", tree)
    place = here / "arch_specs/openrisc.yaml"
    text = place.read_text(encoding="utf-8")
    text = re.sub(r" +- code: \{calls: fill_in_\w+\}\n", "", text).replace("masked: []", "masked: [irq]")
    text = text.replace("    steps:\n", "    steps:\n      - call: enter\n")
    text = text.replace("      - return\n", "      - call: leave\n      - return\n")
    place.write_text(changed(text, "paths:\n", SHARED), encoding="utf-8")
    checked = run("check", "openrisc")
    assert (checked.code, "proved    7 properties" in checked.out) == (CLEAN, True), checked.out
    assert run("render", "openrisc").code == CLEAN
    assert run_json("patch", "openrisc", "--tree", tree, "-o", "series").rules == {"port-is-a-draft"}
    made = run("patch", "openrisc", "--tree", tree, "-o", "series", "--rfc")
    assert (made.code, made.err) == (CLEAN, ""), made.out
    assert "+\tselect HAVE_CONTEXT_TRACKING_USER\n" in (here / "series/series.mbox").read_text(encoding="utf-8")
