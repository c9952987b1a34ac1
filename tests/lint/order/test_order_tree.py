"""Which entry paths of Linux 6.12 and 6.1 are rebuilt from their C, which are not and why, and what is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from order_cases import findings
from order_trees import have_tree, spec_of, unchanged
from support import SHIPPED
from trees import OLDER_RELEASE, TREE_RELEASE, load_spec

from gen.lint.order.entries import EntryReading, Outcome
from gen.model.blocks import graph_of
from gen.model.compare import difference
from gen.model.conditions import entries
from gen.model.entry import EntryModel, Step
from gen.model.graph import End, EntryGraph, EntryNode
from gen.model.release import Release
from gen.recover.recover import open_with_irq
from gen.verify.judge import judge

pytestmark = pytest.mark.tree

ASSEMBLY = "it is assembly"
VC = "DEFINE_IDTENTRY_VC_KERNEL and DEFINE_IDTENTRY_VC_USER define exc_vmm_communication()"
DISPATCHER = "it begins in assembly: it has more than 8,000 steps and questions"

IN_BOTH = {
    "arm": {
        "its first steps, from `trace_hardirqs_off`, are assembly": "kernel_external_abort",
    },
    "arm64": {},
    "csky": {f"{ASSEMBLY}: what `ldex a3,(a2)` does is not known": "cmpxchg_trap"},
    "loongarch": {},
    "mips": {},
    "sparc64": {ASSEMBLY: "syscall syscall_compat fpu_disabled vector fork_return"},
}
# They touch user memory, or are begun again in their middle.
XTENSA = {
    f"{ASSEMBLY}: what `s32i a0,a3,EXC_TABLE_FIXUP` does is not known": "spill_syscall",
    f"{ASSEMBLY}: what `EX(.Leac) l32ia7,a3,0` does is not known": "atomic_syscall",
    f"{ASSEMBLY}: where `jx a0` returns to is not known": "window_fixup",
}
NOT_REBUILT: dict[Release, dict[str, dict[str, str]]] = {
    TREE_RELEASE: {
        **IN_BOTH,
        "powerpc": {
            ASSEMBLY: "syscall_scv syscall_32 fpu_load masked_interrupt system_reset nmi_real_mode level_exception "
            "fork_return",
            # Its C is in traps.c, where discovery finds it; here the paths are where the spec has them.
            "arch/powerpc/kernel/head_book3s_32.S has no machine_check_exception()": "machine_check_32",
        },
        "riscv": {f"{ASSEMBLY}: arch/riscv/kernel/entry.S has no new_vmalloc_check": "vmalloc_fault"},
        "x86": {DISPATCHER: "fred fred_kernel", VC: "vc kernel_vc"},
        "xtensa": {
            **XTENSA,
            f"{ASSEMBLY}: what `s32i a4,a3,EXC_TABLE_FIXUP` does is not known": "unaligned_fast load_store_fast",
        },
    },
    OLDER_RELEASE: {
        **IN_BOTH,
        # Up to 6.5 the number of the coprocessor leads through a table of jumps.
        "arm": {**IN_BOTH["arm"], f"{ASSEMBLY}: what `add pc,pc,r8,lsr#6` does is not known": "undef"},
        "powerpc": {
            ASSEMBLY: "syscall_scv fpu_load masked_interrupt system_reset nmi_real_mode level_exception fork_return"
        },
        # All of it is assembly, and do_trap_break() is a handler of its own.
        "riscv": {
            f"{ASSEMBLY}: 5 paths begin at handle_exception": "asm_syscall asm_page_fault asm_irq asm_exceptions "
            "asm_debug_brk"
        },
        "x86": {VC: "vc_early kernel_vc_early"},
        "xtensa": {**XTENSA, f"{ASSEMBLY}: what `s32i a4,a3,EXC_TABLE_FIXUP` does is not known": "unaligned_fast"},
    },
}
"""The paths of ten specs that are not rebuilt, by the reason; all others are what their spec says."""

NUMBER = {TREE_RELEASE: 230, OLDER_RELEASE: 210}
"""How many paths the specs have of a release."""

JUDGED = ("arm64", "loongarch", "riscv", "x86", "mips", "powerpc", "sparc64", "xtensa")
"""Architectures of which enough is C for a judgement of what was read."""

TRAPS = "arch/riscv/kernel/traps.c"
FOUND = {
    # It counts preempt_count, which preempt_disable() tells tracing of; the other two are inline alone.
    "arm64": [
        # Without an own PAN, the last thing before the return to user mode is C (__swpan_exit_el0).
        ("instrumentable-after-user-enter", "arch/arm64/mm/context.c", "post_ttbr_update_workaround()"),
        ("instrumentable-before-user-exit", "arch/arm64/include/asm/cpufeature.h", "cpu_has_pan()"),
        ("instrumentable-before-user-exit", "arch/arm64/include/asm/cpufeature.h", "system_uses_hw_pan()"),
        ("instrumentable-before-user-exit", "arch/arm64/kernel/entry-common.c", "ct_state()"),
    ],
    "riscv": [
        ("instrumentable-after-user-enter", "arch/riscv/kernel/entry.S", "riscv_v_context_nesting_end()"),
        ("instrumentable-before-user-exit", "arch/riscv/kernel/entry.S", "riscv_v_context_nesting_start()"),
        ("instrumentable-before-user-exit", TRAPS, "do_trap_misaligned()"),
        ("instrumentable-before-user-exit", TRAPS, "sifive_cip_453_insn_fault_trp()"),
        ("instrumentable-before-user-exit", TRAPS, "sifive_cip_453_page_fault_trp()"),
    ],
    "x86": [("instrumentable-after-user-enter", "arch/x86/kernel/process.c", "ret_from_fork()")],
    "mips": [("schedule-in-user-state", "arch/mips/kernel/entry.S", "schedule()")],
    "arm": [],
    "csky": [],
    "sparc64": [],
}
"""What is found in 6.12, as `gen verify` finds it in the specs: rule, file, what."""


@pytest.fixture(autouse=True)
def _trees(tree: Path) -> None:
    have_tree(TREE_RELEASE, tree)


def not_rebuilt(reading: EntryReading) -> dict[str, str]:
    return {each.path.name: each.reason for each in reading.paths if each.outcome is not Outcome.REBUILT}


def broken(model: EntryModel) -> set[str]:
    """The properties that do not hold."""
    return {each.broken.value for each in judge(model).violations}


def found(reading: EntryReading) -> list[tuple[str, str, str]]:
    return sorted((each.rule, each.span.file, each.message.split(" ")[0]) for each in findings(reading))


@pytest.mark.parametrize(
    ("release", "arch"), [(release, arch) for release, archs in NOT_REBUILT.items() for arch in archs], ids=str
)
def test_each_path_is_rebuilt_or_it_is_told_why(release: Release, arch: str) -> None:
    if release == OLDER_RELEASE:
        have_tree(OLDER_RELEASE)
    reading = unchanged(release, arch)
    reasons = {name: reason for reason, names in NOT_REBUILT[release][arch].items() for name in names.split()}
    assert not_rebuilt(reading) == reasons
    assert not reading.differing
    if release == OLDER_RELEASE:
        assert "spec-mismatch" not in {each.rule for each in findings(reading)}


@pytest.mark.parametrize("release", NOT_REBUILT, ids=str)
def test_no_path_and_no_architecture_is_left_out(release: Release) -> None:
    assert sorted(NOT_REBUILT[release]) == [file.stem for file in SHIPPED]
    models = (load_spec(file).model.in_release(release) for file in SHIPPED)
    assert sum(len(model.paths) for model in models) == NUMBER[release]


def test_all_of_arm64_is_read() -> None:
    reading = unchanged(TREE_RELEASE, "arm64")
    assert len(reading.paths) == 39
    assert all(each.graph for each in reading.paths)


@pytest.mark.parametrize("arch", FOUND)
def test_findings_of_6_12(arch: str) -> None:
    reading = unchanged(TREE_RELEASE, arch)
    assert not reading.differing
    assert found(reading) == FOUND[arch]


@pytest.mark.parametrize("arch", ["arm", "csky", "mips", "sparc64"])
def test_findings_of_6_1(arch: str) -> None:
    """All of the windows of these is the same in both."""
    have_tree(OLDER_RELEASE)
    reading = unchanged(OLDER_RELEASE, arch)
    assert not reading.differing
    assert found(reading) == FOUND[arch]


@pytest.mark.parametrize("arch", JUDGED)
def test_what_was_read_is_judged_like_the_spec(arch: str) -> None:
    read, described = unchanged(TREE_RELEASE, arch).model, spec_of(arch).model.in_release(TREE_RELEASE)
    assert broken(read) == broken(described)
    assert bool(broken(read)) == (arch in {"mips", "powerpc", "sparc64", "xtensa"})


def panicking(graph: EntryGraph) -> EntryGraph:
    """The graph with the step that a spec has for a dead end."""
    panic = EntryNode(Step("panic"))
    return replace(graph, nodes=tuple(panic if isinstance(node.item, End) else node for node in graph.nodes))


# An oops of the kernel ends sparc64's, which its spec leaves out: the comparison knows that such an end is a minor one.
@pytest.mark.parametrize("arch", sorted({*JUDGED} - {"sparc64"}))
def test_the_graphs_run_as_the_spec_does(arch: str) -> None:
    reading = unchanged(TREE_RELEASE, arch)
    spec = spec_of(arch).model.in_release(TREE_RELEASE)
    for each in (each for each in reading.paths if each.path.name in reading.model.paths):
        read = graph_of(reading.model, reading.model.paths[each.path.name], 10_000)
        described = graph_of(spec, each.path, 10_000)
        for answers in entries(each.path, open_with_irq(spec)):
            if (each.path.interrupt_class, answers["irqs_were_on"]) != ("pseudo_nmi", True):
                # A spec may leave a dead end out, or have a panic for it.
                ways = (
                    difference(one, described, answers, frozenset(each.path.masked)) for one in (read, panicking(read))
                )
                assert None in ways, each.path.name
