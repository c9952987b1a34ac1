"""Which entry paths of Linux 6.12 and 6.1 are rebuilt from their C, which are not and why, and what is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from order_cases import findings
from order_trees import have_tree, spec_of, unchanged
from trees import OLDER_RELEASE, TREE_RELEASE

from gen.lint.order.entries import EntryReading, Outcome
from gen.model.blocks import graph_of
from gen.model.compare import difference
from gen.model.conditions import entries
from gen.model.entry import EntryModel, Step
from gen.model.graph import End, EntryGraph, EntryNode
from gen.recover.recover import open_with_irq
from gen.verify.judge import judge

pytestmark = pytest.mark.tree

ASSEMBLY = "it is assembly"
VC = "DEFINE_IDTENTRY_VC_KERNEL and DEFINE_IDTENTRY_VC_USER define exc_vmm_communication()"
DISPATCHER = "it has more than 8,000 steps and questions"

NOT_REBUILT = {
    "arm64": {},
    "riscv": {"vmalloc_fault": ASSEMBLY, "fork_return": ASSEMBLY},
    "x86": {
        "fred": DISPATCHER,
        "fred_kernel": DISPATCHER,
        "vc": VC,
        "kernel_vc": VC,
        "fork_return": ASSEMBLY,
    },
    "mips": {
        "syscall": ASSEMBLY,
        "syscall_compat": ASSEMBLY,
        "irq": ASSEMBLY,
        "ejtag_other": ASSEMBLY,
        "fork_return": ASSEMBLY,
    },
    "sparc64": {
        "syscall": ASSEMBLY,
        "syscall_compat": ASSEMBLY,
        "fpu_disabled": ASSEMBLY,
        "vector": ASSEMBLY,
        "fork_return": ASSEMBLY,
    },
}
"""The paths of 6.12 that are not rebuilt, by architecture; all others are what their spec says."""

NOT_REBUILT_IN_6_1 = {
    "arm64": [],
    "loongarch": ["tlb_refill", "tlb_fast", "machine_error", "fork_return", "kernel_thread_return"],
    # All of it is assembly, and do_trap_break() is a handler of its own.
    "riscv": ["asm_syscall", "asm_page_fault", "asm_irq", "asm_exceptions", "asm_debug_brk", "asm_fork_return"],
    "mips": ["syscall", "syscall_compat", "irq", "ejtag_other", "fork_return"],
    "sparc64": ["syscall", "syscall_compat", "fpu_disabled", "vector", "fork_return"],
    "x86": ["vc_early", "kernel_vc_early", "fork_return_early"],
}
"""The same of 6.1."""

TRAPS = "arch/riscv/kernel/traps.c"
FOUND = {
    # It counts preempt_count, which preempt_disable() tells tracing of; the other two are inline alone.
    "arm64": [
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
    "x86": [("instrumentable-after-user-enter", "arch/x86/entry/entry_64.S", "ret_from_fork()")],
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


@pytest.mark.parametrize("arch", NOT_REBUILT)
def test_paths_of_6_12(arch: str) -> None:
    reading = unchanged(TREE_RELEASE, arch)
    assert not_rebuilt(reading) == NOT_REBUILT[arch]
    assert not reading.differing


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


@pytest.mark.parametrize("arch", NOT_REBUILT)
def test_what_was_read_is_judged_like_the_spec(arch: str) -> None:
    read, described = unchanged(TREE_RELEASE, arch).model, spec_of(arch).model.in_release(TREE_RELEASE)
    assert broken(read) == broken(described)
    assert bool(broken(read)) == (arch in {"mips", "sparc64"})


def panicking(graph: EntryGraph) -> EntryGraph:
    """The graph with the step that a spec has for a dead end."""
    panic = EntryNode(Step("panic"))
    return replace(graph, nodes=tuple(panic if isinstance(node.item, End) else node for node in graph.nodes))


# An oops of the kernel ends sparc64's, which its spec leaves out: the comparison knows that such an end is a minor one.
@pytest.mark.parametrize("arch", sorted(NOT_REBUILT.keys() - {"sparc64"}))
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


@pytest.mark.parametrize("arch", NOT_REBUILT_IN_6_1)
def test_paths_of_6_1(arch: str) -> None:
    have_tree(OLDER_RELEASE)
    reading = unchanged(OLDER_RELEASE, arch)
    assert not reading.differing
    assert [each.path.name for each in reading.paths if each.outcome is not Outcome.REBUILT] == NOT_REBUILT_IN_6_1[arch]
    assert "spec-mismatch" not in {each.rule for each in findings(reading)}
