"""Small assembly read to the graph of a path, with the instructions of csky and arm, and compared with its steps."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "lint" / "order"))
from order_cases import NORETURN, RELEASE, spec
from order_reading import Files, read_entries

from gen.csource import asm_program
from gen.lint.order.entries import Outcome, PathReading
from gen.model.entry import Step
from gen.recover import programs, recover
from gen.recover.how import How

STEPS = """\
- if: user_regs
  then:
    - user_exit_callable
- unmask: [irq]
- work: {calls: do_work, faults: true, schedules: true}
- mask: [irq]
- if: user_regs
  then:
    - user_enter_callable
- return
"""

CSKY = """\
.macro leave_user
	mfcr	a0, epsr
	btsti	a0, 31
	bt	1f
	jbsr	user_exit_callable
1:
.endm

ENTRY(enter)
	leave_user
	psrset	ie
	mov	a0, sp
	jbsr	do_work
	br	out

out:
	psrclr	ie
	ld	r9, (sp, LSAVE_PSR)
	btsti	r9, 31
	bt	1f
	jbsr	user_enter_callable
1:
	rte
"""


OTHER = """\
  other:
    title: "another path"
    kind: fork
    whence: fork
    masked: [irq]
    code: asm
    noinstr: true
    symbol: fork
    file: arch/csky/kernel/other.S
    steps: [return]
"""


def read_paths(
    arch: str, steps: str, text: str, others: Mapping[str, str] | None = None, whence: str = "any", paths: str = ""
) -> tuple[PathReading, ...]:
    file = f"arch/{arch}/kernel/entry.S"
    described = spec(
        steps, arch=arch, code="mixed", symbol="enter", file=file, whence=whence, offstack=False, paths=paths
    )
    described = replace(described, kconfig=replace(described.kconfig, file=f"arch/{arch}/Kconfig"))
    files = {file: text, **(others or {})}
    return read_entries(described, RELEASE, Files(files.get), NORETURN).paths


def read(
    arch: str, steps: str, text: str, others: Mapping[str, str] | None = None, whence: str = "any", paths: str = ""
) -> PathReading:
    return read_paths(arch, steps, text, others, whence, paths)[0]


def is_same(arch: str, steps: str, text: str, others: Mapping[str, str] | None = None, whence: str = "any") -> bool:
    found = read(arch, steps, text, others, whence)
    assert found.outcome is not Outcome.NOT_REBUILT, found.reason
    return found.outcome is Outcome.REBUILT


def steps_of(found: PathReading) -> dict[str, str]:
    """The steps that were read, with their places."""
    nodes = found.graph.nodes if found.graph else ()
    return {str(node.item): str(node.item.span) for node in nodes if isinstance(node.item, Step)}


def test_a_path_is_read_to_the_trap_return() -> None:
    found = read("csky", STEPS, CSKY)
    assert found.outcome is Outcome.REBUILT, found.reason
    assert steps_of(found) == {
        "user_exit_callable": "arch/csky/kernel/entry.S:5:7",
        "unmask: [irq]": "arch/csky/kernel/entry.S:11:2",
        "work: do_work": "arch/csky/kernel/entry.S:13:7",
        "mask: [irq]": "arch/csky/kernel/entry.S:17:2",
        "user_enter_callable": "arch/csky/kernel/entry.S:21:7",
        "return": "arch/csky/kernel/entry.S:23:2",
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\tjbsr\tuser_exit_callable\n", ""),
        ("\tjbsr\tuser_enter_callable\n", ""),
        ("\tpsrclr\tie\n", ""),
        ("\tleave_user\n\tpsrset\tie\n", "\tpsrset\tie\n\tleave_user\n"),
        ("\tbt\t1f\n\tjbsr\tuser_exit", "\tbf\t1f\n\tjbsr\tuser_exit"),
        ("\tbtsti\tr9, 31\n\tbt\t1f\n", ""),
        ("\tbtsti\tr9, 31\n", "\tbtsti\tr9, 30\n"),
        ("\tbtsti\tr9, 31\n", "\tbtsti\tr8, 31\n"),
        ("(sp, LSAVE_PSR)", "(sp, LSAVE_PC)"),
        ("\tld\tr9, (sp, LSAVE_PSR)\n", "\tld\tr9, (sp, LSAVE_PSR)\n\tmov\tr9, r10\n"),
        ("1:\n\trte", "1:\n\tjbsr\tschedule\n\trte"),
        ("\tbr\tout\n", "\trte\n"),
        ("\tbr\tout\n", "\tcmpnei\tr9, 0\n\tbt\tout\n\trte\n"),
        ("\tjbsr\tuser_enter_callable\n", "\tjbsr\tuser_enter_callable\n\tpsrset\tie\n"),
    ],
)
def test_another_order_differs(old: str, new: str) -> None:
    assert old in CSKY
    assert not is_same("csky", STEPS, CSKY.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("out", "resume_anything"),
        ("1:\n", "77:\n"),
        ("a0, epsr\n\tbtsti\ta0", "r7, epsr\n\tbtsti\tr7"),
        ("\tbr\tout\n\nout:\n", ""),
        ("\tbr\tout\n", "\tbr\tout\ncold:\n\tbr\tcold\n"),
        ("\tpsrset\tie\n\tmov", "\tjbsr\topen\n\tmov"),
        ("\tjbsr\tdo_work\n\tbr\tout\n", "\tlrw\tr9, out\n\tmov\tlr, r9\n\tjmpi\tdo_work\n"),
        ("\tbr\tout\n", "\tcmpnei\tr9, 0\n\tbt\tout\n\tbr\tout\n"),
        ("\tmov\ta0, sp\n", "2:\n\tsubi\ta3, 1\n\tbnez\ta3, 2b\n\tmov\ta0, sp\n"),
        ("\tleave_user\n", "#ifdef CONFIG_CONTEXT_TRACKING_USER\n\tleave_user\n#endif\n"),
        ("\tpsrclr\tie\n", "#if CONFIG_LEVELS > 2\n\tpsrclr\tie\n#else\n\tCLI\n#endif\n"),
    ],
)
def test_the_same_in_another_way(old: str, new: str) -> None:
    assert old in CSKY
    text = CSKY.replace(old, new) + "open:\n\tpsrset\tie\n\trts\n#define CLI psrclr ie\n"
    assert is_same("csky", STEPS, "#define CLI psrclr ie\n" + text.replace("1f", "77f" if "77:" in text else "1f"))


def test_a_jump_goes_to_another_file_that_is_described() -> None:
    """Another path is in that file."""
    inside, out = CSKY.split("\nout:\n")
    files = {"arch/csky/kernel/other.S": f"fork:\n\trte\nout:\n{out}"}
    found = read("csky", STEPS, f"{inside}\n", files, paths=OTHER)
    assert found.outcome is Outcome.REBUILT, found.reason
    found = read("csky", STEPS, f"{inside}\n", files)
    assert found.reason == "it is assembly: where `br out` returns to is not known"


def test_the_c_that_assembly_calls_is_read() -> None:
    c = "arch/csky/include/asm/work.h"
    steps = STEPS.replace("- work: {calls: do_work, faults: true, schedules: true}\n", "- schedule\n- mask: [irq]\n")
    text = "#include <asm/work.h>\n" + CSKY
    body = "static inline void do_work(struct pt_regs *regs)\n{\n\tschedule();\n\tlocal_irq_disable();\n}\n"
    assert is_same("csky", steps, text, {c: f"#ifndef __ASSEMBLY__\n{body}#endif\n"})
    assert not is_same("csky", steps, text, {c: body.replace("\tschedule();\n", "")})


def test_what_a_call_returned_decides_where_it_goes_on() -> None:
    steps = "- if: trouble\n  then:\n    - schedule\n    - unmask: [irq]\n    - schedule\n    - mask: [irq]\n- return\n"
    text = (
        "#include <asm/more.h>\nENTRY(enter)\n\tjbsr more\n\tcmpnei\ta0, 0\n\tbf\t1f\n"
        "\tpsrset\tie\n\tjbsr\tschedule\n\tpsrclr\tie\n1:\trte\n"
    )
    asking = "\tif (any()) {\n\t\tschedule();\n\t\treturn 1;\n\t}\n\treturn 0;\n"
    header = {"arch/csky/include/asm/more.h": f"static inline int more(void)\n{{\n{asking}}}\n"}
    assert is_same("csky", steps, text, header)
    assert not is_same("csky", steps, text.replace("bf", "bt"), header)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ENTRY(enter)\n\tpsrset\tie\n", "arch/csky/kernel/entry.S ends"),
        ("ENTRY(enter)\n\trts\n", "where `rts` returns to is not known"),
        ("ENTRY(enter)\n\tjbsr\tagain\n\trte\nagain:\n\tjbsr\tagain\n\trts\n", "again calls itself"),
        ("ENTRY(enter)\n#ifdef A\n\trte\n", "line 2 of arch/csky/kernel/entry.S is not closed"),
    ],
)
def test_what_cannot_be_followed_is_not_read(text: str, why: str) -> None:
    found = read("csky", STEPS, text)
    assert (found.outcome, found.reason) == (Outcome.NOT_REBUILT, f"it is assembly: {why}")


@pytest.mark.parametrize(
    "instruction",
    [
        "frobnicate\tr9, out",
        "mtcr\ta0, cr<0, 0>",
        "mtcr\ta0, cr0",
        "mtcr\ta0, psr",
        ".inst.w 1",
        "jmp\tr9",
        "psrset\tie, ee",
    ],
)
def test_a_path_with_an_instruction_that_nobody_knows_is_not_read(instruction: str) -> None:
    """It may mask, or lead elsewhere: no finding may rest on what the others do, and no verdict."""
    name = " ".join(instruction.replace(", ", ",").split())
    found = read("csky", STEPS, CSKY.replace("\tpsrset\tie\n", f"\t{instruction}\n"))
    assert (found.outcome, found.how) == (Outcome.NOT_REBUILT, How.UNREAD)
    assert found.reason == f"it is assembly: what `{name}` does is not known"


def test_a_mask_between_a_call_and_what_it_returned_is_not_lost() -> None:
    steps = "- mask: [irq]\n- if: trouble\n  then:\n    - schedule\n- return\n"
    opened = f"- unmask: [irq]\n{steps}"
    text = (
        "ENTRY(enter)\n\tpsrset\tie\n\tjbsr\tmore\n\tpsrclr\tie\n\tcmpnei\ta0, 0\n\tbf\t1f\n\tjbsr\tschedule\n1:\trte\n"
    )
    assert is_same("csky", opened, text)
    assert not is_same("csky", opened, text.replace("\tpsrclr\tie\n", ""))


def test_a_call_leaves_nothing_in_the_link_register() -> None:
    text = CSKY.replace("\tbr\tout\n", "\tlrw\tr9, out\n\tmov\tlr, r9\n\tjbsr\tnote\n\tjmpi\tdo_work\n")
    assert read("csky", STEPS, text).reason == "it is assembly: where `jmpi do_work` returns to is not known"


def test_what_is_loaded_with_others_is_not_what_was_there() -> None:
    loaded = CSKY.replace("\tbtsti\tr9, 31\n", "\tldm\tr8-r11, (sp)\n\tbtsti\tr9, 31\n")
    assert not is_same("csky", STEPS, loaded)


def test_headers_that_include_each_other_for_ever_are_no_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    headers = {f"arch/csky/include/asm/h{n}.h": f"#include <asm/h{n + 1}.h>\n" for n in range(3_000)}
    found = read("csky", STEPS, f"#include <asm/h0.h>\n{CSKY}", headers)
    assert found.reason == "it is assembly: arch/csky/kernel/entry.S nests too deep"
    monkeypatch.setattr(asm_program, "MOST_LINES", 10)
    found = read("csky", STEPS, CSKY)
    assert found.reason == "it is assembly: arch/csky/kernel/entry.S has more than 10 instructions"


@pytest.mark.parametrize("bound", ["MOST_READ", "MOST_INSTRUCTIONS"])
def test_the_files_of_an_architecture_count_together(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is within its own bound; a header that is too much is not left out."""
    header = {"arch/csky/include/asm/entry.h": "\tnop\n" * 10}
    text = f"#include <asm/entry.h>\n{CSKY}"
    assert read("csky", STEPS, text, header).outcome is Outcome.REBUILT
    monkeypatch.setattr(programs, bound, len(CSKY) if bound == "MOST_READ" else 10)
    reason = read("csky", STEPS, text, header).reason
    assert reason.startswith("it is assembly: of one architecture no more than ")


def test_the_paths_of_an_architecture_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes behind too much is not read."""
    fork = {"arch/csky/kernel/other.S": "fork:\n\trte\n"}
    assert [each.reason for each in read_paths("csky", STEPS, CSKY, fork, paths=OTHER)] == ["", ""]
    monkeypatch.setattr(recover, "MOST_TOGETHER", 3)
    first, second = read_paths("csky", STEPS, CSKY, fork, paths=OTHER)
    assert first.outcome is Outcome.REBUILT
    assert second.outcome is Outcome.NOT_REBUILT
    assert second.reason == "of one architecture no more than 3 steps and questions are followed"


ARM = """\
#define ARM(x...) x
	.macro	leave, rpsr
	cpsid	i
	tst	\\rpsr, #PSR_I_BIT
	bleq	trace_hardirqs_on
	tst	\\rpsr, #PSR_I_BIT
	blne	trace_hardirqs_off
 ARM(	ldmia	sp, {r0 - pc}^	)
	.endm
enter:
	bl	trace_hardirqs_off
	cmp	r2, #0
	blne	do_work
	ldr	r5, [sp, #S_PSR]
	leave	r5
"""
KERNEL_STEPS = """\
- trace_hardirqs_off
- if: work
  then:
    - work: {calls: do_work, faults: true, schedules: true}
- mask: [irq]
- if: irqs_were_on
  then:
    - trace_hardirqs_on
  else:
    - trace_hardirqs_off
- return
"""


def test_instructions_that_run_under_a_condition() -> None:
    assert is_same("arm", KERNEL_STEPS, ARM, whence="kernel")
    for old, new in (("bleq", "blne"), ("blne\ttrace", "bl\ttrace"), ("PSR_I_BIT\n\tbleq", "PSR_T_BIT\n\tbleq")):
        assert not is_same("arm", KERNEL_STEPS, ARM.replace(old, new, 1), whence="kernel"), new


MIPS = """\
	.set	noreorder
enter:
	LONG_L	t0, PT_STATUS(sp)
	andi	t0, KU_USER
	beqz	t0, 1f
	move	a0, sp
	jal	user_exit
	ei
1:	jal	do_work
	nop
	beqz	t0, 2f
	di
	jal	schedule
	nop
2:	j	out
	nop
	.set	reorder
out:
	eret
"""
MIPS_STEPS = """\
- if: user_regs
  then:
    - unmask: [irq]
    - user_exit
- work: {calls: do_work, faults: true, schedules: true}
- mask: [irq]
- if: trouble
  then:
    - schedule
- return
"""


def test_what_is_in_a_delay_slot_runs_before_what_it_belongs_to() -> None:
    """Before a call, and before a branch whether it is taken or not; of one that is likely, only if it is."""
    assert is_same("mips", MIPS_STEPS, MIPS)
    likely = MIPS_STEPS.replace("- mask: [irq]\n", "").replace(
        "    - schedule\n", "    - schedule\n  else:\n    - mask: [irq]\n"
    )
    assert is_same("mips", likely, MIPS.replace("\tbeqz\tt0, 2f", "\tbeql\tt0, $0, 2f"))
    assert not is_same("mips", MIPS_STEPS, MIPS.replace("\tbeqz\tt0, 2f", "\tbeql\tt0, $0, 2f"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\tjal\tuser_exit\n\tei\n", "\tjal\tuser_exit\n\tnop\n\tei\n"),
        ("1:\tjal\tdo_work\n\tnop\n", "1:\tjal\tdo_work\n\tdi\n\tei\n"),
        ("\tandi\tt0, KU_USER\n", "\tori\tt0, KU_USER\n"),
        ("\tandi\tt0, KU_USER\n", "\tandi\tt1, KU_USER\n"),
        ("\tj\tout\n\tnop\n", "\tj\tout\n\tei\n"),
        ("\tbeqz\tt0, 1f\n\tmove\ta0, sp\n", "\tbeqz\tt0, 1f\n\tei\n"),
    ],
)
def test_another_instruction_in_a_delay_slot_differs(old: str, new: str) -> None:
    assert old in MIPS
    assert not is_same("mips", MIPS_STEPS, MIPS.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\tj\tout\n\tnop\n", "\t.set\treorder\n\tj\tout\n\tei\n"),  # nothing leads to the last
        ("\tj\tout\n\tnop\n", "\tla\tra, out\n\tjr\tra\n\tnop\n"),
        ("\tj\tout\n\tnop\n", "\t.set\tpush\n\t.set\treorder\n\tnop\n\t.set\tpop\n\tj\tout\n\tnop\n"),
        ("\tj\tout\n", "\tj\telsewhere\n"),
        ("\tandi\tt0, KU_USER\n", "\tandi\tt0, t0, KU_USER\n"),
    ],
)
def test_the_same_with_delay_slots(old: str, new: str) -> None:
    assert old in MIPS
    assert is_same("mips", MIPS_STEPS, f"#define elsewhere out\n{MIPS.replace(old, new)}")


@pytest.mark.parametrize("slot", ["\tb\tout", "#ifdef A\n\tnop\n#endif", "\tfrobnicate"])
def test_a_delay_slot_that_is_not_one_instruction_is_not_read(slot: str) -> None:
    found = read("mips", MIPS_STEPS, MIPS.replace("2:\tj\tout\n\tnop\n", f"2:\tj\tout\n{slot}\n"))
    assert found.how is How.UNREAD
    assert "in the delay slot of `j out`" in found.reason or "`frobnicate`" in found.reason


def test_what_a_name_stands_for_is_asked_once() -> None:
    """resume is out with PREEMPTION, where it is masked before, and another label without."""
    text = MIPS.replace("\tj\tout\n\tnop\n", "\tj\tresume\n\tnop\n").replace("\tdi\n", "\tnop\n")
    text = text.replace("2:", "2:\n#ifdef CONFIG_PREEMPTION\n\tdi\n#endif\n")
    more = "#ifdef CONFIG_PREEMPTION\n#define resume out\n#else\nresume:\n\tdi\n\tb\tout\n#endif\n"
    late = MIPS_STEPS.replace("- mask: [irq]\n", "").replace("- return", "- mask: [irq]\n- return")
    assert is_same("mips", late, text + more)
    assert not is_same("mips", late, text + more.replace("\tdi\n", ""))


HANDLER = """\
NESTED(handle_tr, PT_SIZE, sp)
	STI
	move	a0, sp
	jal	do_tr
	di
	eret
"""
STI = ".macro STI\n\tmfc0\tt0, CP0_STATUS\n\tli\tt1, ST0_KERNEL_CUMASK | STATMASK\n\tor\tt0, t1\n"
STI += "\txori\tt0, STATMASK & ~1\n\tmtc0\tt0, CP0_STATUS\n.endm\n"


C_HANDLER = """\
asmlinkage void do_tr(struct pt_regs *regs)
{
	enum ctx_state s = exception_enter();

	trap();
	exception_exit(s);
}
"""


def with_handler(assembly: str) -> PathReading:
    """A path that begins in C by its spec, and that a label of assembly leads to."""
    steps = "- unmask: [irq]\n- exception_enter\n- work: {calls: trap, faults: true}\n- exception_exit\n"
    steps += "- mask: [irq]\n- return\n"
    c, file = "arch/mips/kernel/traps.c", "arch/mips/kernel/genex.S"
    described = spec(steps, arch="mips", code="mixed", symbol="do_tr", file=c, offstack=False)
    described = replace(described, kconfig=replace(described.kconfig, file="arch/mips/Kconfig"))
    files = {c: C_HANDLER, file: STI + assembly}
    return read_entries(described, RELEASE, Files(files.get), NORETURN).paths[0]


def test_a_path_in_c_begins_at_the_label_that_leads_to_it() -> None:
    found = with_handler(HANDLER)
    assert (found.outcome, found.how) == (Outcome.REBUILT, How.ASSEMBLY), found.reason
    assert next(iter(steps_of(found).values())) == "arch/mips/kernel/genex.S:6:2"


@pytest.mark.parametrize(("old", "new"), [("\tSTI\n", ""), ("\tdi\n", ""), ("\tdi\n", "\tjal\tschedule\n\tdi\n")])
def test_assembly_around_c_that_is_another_differs(old: str, new: str) -> None:
    assert with_handler(HANDLER.replace(old, new)).outcome is Outcome.DIFFERS


def test_assembly_around_c_that_cannot_be_followed_is_not_read() -> None:
    found = with_handler(HANDLER.replace("\tdi\n", "\tfrobnicate\n"))
    assert (found.how, found.reason) == (How.UNREAD, "it begins in assembly: what `frobnicate` does is not known")
    found = with_handler(HANDLER.replace("\tSTI\n", "\tfrobnicate\n\tSTI\n"))
    assert (found.how, found.reason) == (How.UNREAD, "it begins in assembly: what `frobnicate` does is not known")
    found = with_handler(HANDLER.replace("do_tr", "do_other"))
    assert (found.how, found.reason) == (How.UNREAD, "it begins in assembly: handle_tr does not lead to do_tr()")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("STATMASK & ~1\n\tmtc0", "STATMASK & ~3\n\tmtc0"),
        ("\tor\tt0, t1\n", "\tor\tt0, t2\n"),
        ("mfc0\tt0, CP0_STATUS", "mfc0\tt0, CP0_CAUSE"),
        ("\tmtc0\tt0", "\tmtc0\tt3"),
    ],
)
def test_a_value_that_nobody_knows_in_what_masks_is_not_read(old: str, new: str) -> None:
    assert old in STI
    found = with_handler(STI.replace(old, new).replace("STI", "OTHER") + HANDLER.replace("STI", "OTHER"))
    name = "mtc0 t3,CP0_STATUS" if "t3" in new else "mtc0 t0,CP0_STATUS"
    assert (found.how, found.reason) == (How.UNREAD, f"it begins in assembly: what `{name}` does is not known")


XTENSA = """\
ENTRY(user_exception)
	rsr	a2, exccause
	rsr	a3, ps
	extui	a3, a3, PS_INTLEVEL_SHIFT, PS_INTLEVEL_WIDTH
	bnei	a2, EXCCAUSE_LEVEL1_INTERRUPT, .Lexception
	movi	a3, LOCKLEVEL
.Lexception:
	movi	a0, PS_WOE_MASK
	or	a3, a3, a0
	wsr	a3, ps
	l32i	a4, a1, PT_EXCCAUSE
	rsr	abi_tmp0, excsave1
	addx4	abi_tmp0, a4, abi_tmp0
	l32i	abi_tmp0, abi_tmp0, EXC_TABLE_DEFAULT
	callx4	abi_tmp0
	j	.Lout
.Lout:
	l32i	abi_saved1, a1, PT_PS
	wsr	abi_saved1, ps
	rfe
"""


def of_cause(symbol: str, assembly: str = XTENSA) -> PathReading:
    """A path that goes by the table of exceptions, as it is read."""
    c, file = "arch/xtensa/kernel/traps.c", "arch/xtensa/kernel/entry.S"
    steps = "- work: {calls: trap, faults: true}\n- return\n"
    described = spec(steps, arch="xtensa", code="mixed", symbol=symbol, file=c, offstack=False)
    described = replace(described, kconfig=replace(described.kconfig, file="arch/xtensa/Kconfig"))
    handler = f"static void {symbol}(struct pt_regs *regs)\n{{\n\ttrap();\n\tschedule();\n}}\n"
    return read_entries(described, RELEASE, Files({c: handler, file: assembly}.get), NORETURN).paths[0]


AS_THEY_WERE, NMI_ALONE = "inherit: [irq, nmi]", "inherit: [nmi]"


def opened(found: PathReading) -> str:
    """What is opened again."""
    assert found.how is How.ASSEMBLY, found.reason
    return " ".join(each for each in steps_of(found) if each.startswith("inherit"))


def test_a_label_does_for_each_cause_what_it_finds_out() -> None:
    assert opened(of_cause("do_div0")) == AS_THEY_WERE
    assert opened(of_cause("do_interrupt")) == NMI_ALONE


def test_a_question_for_the_cause_that_nobody_knows_may_have_any_answer() -> None:
    inverted = XTENSA.replace("\tbnei\t", "\tbeqi\t")
    for symbol in ("do_div0", "do_interrupt"):
        assert {AS_THEY_WERE, NMI_ALONE} <= set(steps_of(of_cause(symbol, inverted)))
    always = XTENSA.replace("\tmovi\ta3, LOCKLEVEL\n.Lexception:\n", ".Lexception:\n\tmovi\ta3, LOCKLEVEL\n")
    assert opened(of_cause("do_div0", always)) == NMI_ALONE


def test_a_value_behind_a_label_is_known_unless_others_may_come_there() -> None:
    """By a jump with another value, or by an address that is in a register."""
    moved = XTENSA.replace(".Lout:\n\tl32i\tabi_saved1, a1, PT_PS\n", "\n.Lout:\n")
    moved = moved.replace("\tj\t.Lout\n", "\tl32i\tabi_saved1, a1, PT_PS\n\tj\t.Lout\n")
    assert "mask: [irq, nmi]" in steps_of(of_cause("do_div0", moved))
    not_known = "it begins in assembly: what `wsr abi_saved1,ps` does is not known"
    assert of_cause("do_div0", moved + "\tmovi\ta0, .Lout\n").reason == not_known
    assert of_cause("do_div0", moved + "\tmovi\tabi_saved1, 0\n\tj\t.Lout\n").reason == not_known


def test_another_table_leads_to_no_handler() -> None:
    found = of_cause("do_div0", XTENSA.replace("EXC_TABLE_DEFAULT", "EXC_TABLE_FAST_USER"))
    assert (found.how, found.reason) == (
        How.UNREAD,
        "it begins in assembly: user_exception does not lead to do_div0()",
    )


def test_a_path_whose_label_is_not_there_is_not_read() -> None:
    """What enters at a label of another name is not taken for what the spec says of the assembly around C."""
    found = with_handler(HANDLER.replace("handle_tr", "another"))
    assert (found.how, found.reason) == (How.UNREAD, "no label `handle_tr` leads to it")


def test_the_label_leads_past_the_handler_as_well() -> None:
    """Only the ways on which it is called are of the path; those of no other one may do nothing."""
    both = HANDLER.replace("\tjal\tdo_tr\n", "\tbeqz\tt9, 1f\n\tjal\tschedule\n\teret\n1:\n\tjal\tdo_tr\n2:\n")
    assert with_handler(both.replace("\tjal\tschedule\n", "\tmove\ta0, sp\n")).outcome is Outcome.REBUILT
    assert with_handler(both).reason == "it begins in assembly: what leads past do_tr() does `schedule`"
    assert with_handler(both.replace("\teret\n1:\n", "1:\n")).outcome is Outcome.DIFFERS


def test_what_an_operand_is_on_all_ways_is_known() -> None:
    """Whether #if lines choose what wrote it, or a call that keeps it stands between."""
    either = "#ifdef A\n\tandi\tt0, KU_USER\n#else\n\tandi\tt0, t0, KU_USER\n#endif\n"
    assert is_same("mips", MIPS_STEPS, MIPS.replace("\tandi\tt0, KU_USER\n", either))
    other = either.replace("t0, t0, KU_USER", "t0, t1, KU_USER")
    assert not is_same("mips", MIPS_STEPS, MIPS.replace("\tandi\tt0, KU_USER\n", other))


def test_what_a_delay_slot_writes_that_may_not_run_is_not_known() -> None:
    steps = "- if: user_regs\n  then:\n    - user_exit\n- return\n"
    text = "\t.set\tnoreorder\nenter:\n\tLONG_L\tt1, PT_STATUS(sp)\n\tbeqz\tt0, 1f\n\tandi\tt1, KU_USER\n"
    text += "1:\n\teret\n\tnop\n"
    always = text.replace("1:\n", "\tbeqz\tt1, 1f\n\tnop\n\tjal\tuser_exit\n\tnop\n1:\n")
    either = "- if: trouble\n  then:\n    - if: user_regs\n      then:\n        - user_exit\n- return\n"
    assert is_same("mips", either, always)
    assert not is_same("mips", either, always.replace("beqz\tt0, 1f", "beql\tt0, $0, 1f"))
    assert not is_same("mips", steps, always)


RISCV = """\
SYM_CODE_START(enter)
	REG_L s0, PT_STATUS(sp)
	andi s0, s0, SR_SPP
	call do_work
	bnez s0, 1f
	call user_enter
1:	sret
"""
RISCV_STEPS = "- work: {calls: do_work, faults: true}\n- if: user_regs\n  then:\n    - user_enter\n- return\n"


def test_what_a_call_keeps_is_known_behind_it() -> None:
    assert is_same("riscv", RISCV_STEPS, RISCV)
    assert not is_same("riscv", RISCV_STEPS, RISCV.replace("s0", "t0"))


X86 = """\
#include <asm/idtentry.h>
#define TRAP_BP 3
.macro idtentry vector asmsym cfunc
SYM_CODE_START(\\asmsym)
	.if \\vector == TRAP_BP
	pushq	$-1
	.endif
	testb	$3, CS(%rsp)
	jz	.Lfrom_kernel_\\@
	ALTERNATIVE_2 "call user_exit", \\
		"call user_exit; nop", X86_FEATURE_A, \\
		"cli; call user_exit", X86_FEATURE_B
.Lfrom_kernel_\\@:
	call	\\cfunc
	pushq	$X86_EFLAGS_FIXED
	popfq
	jmp	out
SYM_CODE_END(\\asmsym)
.endm
SYM_CODE_START(enter)
	jmp	asm_do_work
SYM_CODE_START(out)
	ALTERNATIVE "testb %al, %al; jz 1f", "jmp 1f", X86_FEATURE_C	# whatever it asks
	call	schedule
1:	iretq
SYM_CODE_END(out)
"""
X86_HEADER = {
    "arch/x86/include/asm/idtentry.h": """\
#ifndef __ASSEMBLER__
#define DECLARE(vector, func) void asm_##func(void)
#else
#define DECLARE(vector, func)	\\
	idtentry vector asm_##func func
#endif
DECLARE(TRAP_BP, do_work);
DECLARE(0, do_nothing);
"""
}
X86_STEPS = """\
- if: user_regs
  then:
    - user_exit
- work: {calls: do_work, faults: true, schedules: true}
- mask: [irq]
- if: trouble
  then:
    - schedule
- return
"""


def test_entries_that_a_header_has_stand_in_the_file_that_includes_it() -> None:
    found = read("x86", X86_STEPS, X86, X86_HEADER)
    assert found.outcome is Outcome.REBUILT, found.reason
    without = read("x86", X86_STEPS, X86.replace("#include", "//"), X86_HEADER)
    assert without.reason == "it is assembly: where `jmp asm_do_work` returns to is not known"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"call user_exit; nop"', '"nop"'),
        ('"cli; call user_exit"', '"sti; call user_exit"'),
        ("jz\t.Lfrom", "jnz\t.Lfrom"),
        ("testb\t$3, CS(%rsp)", "testb\t$1, CS(%rsp)"),
        ('"jmp 1f", X86_FEATURE_C', '"call schedule_user; jmp 1f", X86_FEATURE_C'),
        ("\tpushq\t$-1\n", "\tsti\n"),
        ("\tpushq\t$-1\n", "\t; sti\n"),
        ("\tpushq\t$-1\n", "\tmovb\t$'\"', %al; sti\n"),
        ('"call user_exit; nop", X86_FEATURE_A', '"nop", 0'),
        ("\tcall\tschedule\n", "\t// it runs \\\n\tcall\tschedule\n"),
        ("SYM_CODE_START(\\asmsym)\n", "SYM_CODE_START(\\asmsym) sti\n"),
        ("\tpushq\t$-1\n", ".macro CLD\n\tsti\n.endm\n\tcld\n"),
        ("\tpushq\t$-1\n", "\tjmp 1f\n.pushsection .fixup\n1:\tsti\n\tjmp .Lb\n.popsection\n1:\tnop\n.Lb:\n"),
        ("\tcall\tschedule\n", "#define schedule schedule_user\n\tcall\tschedule\n"),
    ],
)
def test_an_alternative_that_does_something_else_differs(old: str, new: str) -> None:
    assert old in X86
    assert read("x86", X86_STEPS, X86.replace(old, new), X86_HEADER).outcome is Outcome.DIFFERS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('ALTERNATIVE_2 "call user_exit", \\\n\t\t', "call user_exit # "),
        ('"call user_exit; nop", X86_FEATURE_A', "__stringify(call user_exit), X86_FEATURE_A"),
        ("pushq\t$-1", "pushq\t$-2"),
        ("pushq\t$X86_EFLAGS_FIXED\n", "pushq\t$X86_EFLAGS_FIXED\n\tmovq\t%rax, %rbx\n"),
        ("1:\tiretq", "77:\tiretq"),
    ],
)
def test_an_alternative_in_another_way_is_the_same(old: str, new: str) -> None:
    assert old in X86
    text = X86.replace(old, new)
    found = read("x86", X86_STEPS, text.replace("1f", "77f") if "77" in new else text, X86_HEADER)
    assert found.outcome is Outcome.REBUILT, found.reason


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("$X86_EFLAGS_FIXED", "%rax", "what `popfq` does is not known"),
        ("\tpopfq", "\tpopq %rcx\n\tpopfq", "what `popfq` does is not known"),
        ("\tpopfq", "\torq $X86_EFLAGS_IF, (%rsp)\n\tpopfq", "what `popfq` does is not known"),
        ("\tpopfq", "\tleaq 8(%rsp), %rsp\n\tpopfq", "what `popfq` does is not known"),
        ("\tALTERNATIVE_2 ", "\tnop; ALTERNATIVE_2 ", "what `ALTERNATIVE_2 "),
        ("\tALTERNATIVE_2 ", "1: 2:\tALTERNATIVE_2 ", "what `ALTERNATIVE_2 "),
        ('"jmp 1f", X86', '"jmp 1f" X86', 'what `ALTERNATIVE "testb%al,%al'),
        ("\tpushq\t$-1\n", "\t{rex} sti\n", "what `{rex} sti` does"),
        ("\tpushq\t$-1\n", '\t.ascii "x"\n', "what `.ascii` does"),
        ("\tpushq\t$-1\n", "\t.exitm\n", "what `.exitm` does"),
        ("\tpushq\t$-1\n", "\tcall help\n\tjmp 3f\nhelp:\tpushq $out\n\tret\n3:\n", "where `ret` returns to"),
        ("\tpushq\t$-1\n", "#define ARG %rdi; sti\n\tmovq %rsp, ARG\n", "what `... movq%rsp,ARG` does"),
        (", X86_FEATURE_C", "", 'what `ALTERNATIVE "testb%al,%al'),
        ('"jmp 1f"', '"jmp *%rax"', "what `jmp *%rax` does is not known"),
        ("call\t\\cfunc", "call\t*handlers(%rax)", "what `call *handlers(%rax)` does is not known"),
    ],
)
def test_an_alternative_that_nobody_knows_is_not_read(old: str, new: str, why: str) -> None:
    assert old in X86
    found = read("x86", X86_STEPS, X86.replace(old, new), X86_HEADER)
    assert found.reason.startswith(f"it is assembly: {why}")
