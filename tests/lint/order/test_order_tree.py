"""Which entry paths of Linux 6.12 and 6.1 are rebuilt from their C, which are not and why, and what is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from order_cases import findings
from order_trees import have_tree, spec_of, unchanged
from trees import OLDER_RELEASE, TREE_RELEASE

from gen.lint.order.compare import difference
from gen.lint.order.entries import EntryReading, Outcome
from gen.lint.order.flow import entries, spec_flow
from gen.lint.order.reading import open_with_irq
from gen.verify.judge import judge

pytestmark = pytest.mark.tree

ASSEMBLY = "it is assembly"
DEBUG = "DEFINE_IDTENTRY_DEBUG, DEFINE_IDTENTRY_DEBUG_USER and DEFINE_FREDENTRY_DEBUG define exc_debug()"
VC = "DEFINE_IDTENTRY_VC_KERNEL and DEFINE_IDTENTRY_VC_USER define exc_vmm_communication()"
DISPATCHER = "it leads to paths of their own: common_interrupt(), exc_invalid_op(), exc_page_fault() and maybe more"

NOT_REBUILT = {
    "arm64": {},
    "riscv": {"vmalloc_fault": ASSEMBLY, "fork_return": ASSEMBLY},
    "x86": {
        "fred": DISPATCHER,
        "fred_kernel": DISPATCHER,
        "debug": DEBUG,
        "kernel_debug": DEBUG,
        "vc": VC,
        "kernel_vc": VC,
        "fork_return": ASSEMBLY,
    },
}
"""The paths of 6.12 that are not rebuilt, by architecture; all others are what their spec says."""

TRAPS = "arch/riscv/kernel/traps.c"
FOUND = {
    "arm64": [],
    "riscv": [
        ("instrumentable-after-user-enter", "arch/riscv/kernel/entry.S", "riscv_v_context_nesting_end()"),
        ("instrumentable-after-user-enter", TRAPS, "do_trap_misaligned()"),
        ("instrumentable-before-user-exit", "arch/riscv/kernel/entry.S", "riscv_v_context_nesting_start()"),
        ("instrumentable-before-user-exit", TRAPS, "do_trap_misaligned()"),
        ("instrumentable-before-user-exit", TRAPS, "sifive_cip_453_insn_fault_trp()"),
        ("instrumentable-before-user-exit", TRAPS, "sifive_cip_453_page_fault_trp()"),
    ],
    "x86": [("instrumentable-after-user-enter", "arch/x86/entry/entry_64.S", "ret_from_fork()")],
    "mips": [("schedule-in-user-state", "arch/mips/kernel/entry.S", "schedule()")],
    "arm": [],
    "csky": [],
}
"""What is found in 6.12, as `gen verify` finds it in the specs: rule, file, what."""


@pytest.fixture(autouse=True)
def _trees(tree: Path) -> None:
    have_tree(TREE_RELEASE, tree)


def not_rebuilt(reading: EntryReading) -> dict[str, str]:
    return {each.path.name: each.reason for each in reading.paths if each.outcome is not Outcome.REBUILT}


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
    assert all(each.body for each in reading.paths)


@pytest.mark.parametrize("arch", FOUND)
def test_findings_of_6_12(arch: str) -> None:
    reading = unchanged(TREE_RELEASE, arch)
    assert not reading.differing
    assert found(reading) == FOUND[arch]


@pytest.mark.parametrize("arch", NOT_REBUILT)
def test_what_was_read_is_judged_like_the_spec(arch: str) -> None:
    reading = unchanged(TREE_RELEASE, arch)
    assert judge(reading.model).holds
    assert judge(spec_of(arch).model.in_release(TREE_RELEASE)).holds


@pytest.mark.parametrize("arch", NOT_REBUILT)
def test_the_blocks_run_as_the_spec_does(arch: str) -> None:
    reading = unchanged(TREE_RELEASE, arch)
    spec = spec_of(arch).model.in_release(TREE_RELEASE)
    for each in reading.paths:
        read = spec_flow(reading.model, reading.model.paths[each.path.name].body, 10_000)
        described = spec_flow(spec, each.path.body, 10_000)
        for answers in entries(each.path, open_with_irq(spec)):
            if (each.path.interrupt_class, answers["irqs_were_on"]) != ("pseudo_nmi", True):
                assert difference(read, described, answers, frozenset(each.path.masked)) is None, each.path.name


def test_arm64_of_6_1() -> None:
    have_tree(OLDER_RELEASE)
    reading = unchanged(OLDER_RELEASE, "arm64")
    assert {each.path.name for each in reading.paths if each.outcome is Outcome.REBUILT} == {
        "sdei", "kernel_abort", "kernel_undef", "kernel_debug", "kernel_irq", "kernel_fiq", "pseudo_nmi",
        "kernel_serror",
    }  # fmt: skip
    steps = {
        (each.difference.tree.text, each.difference.spec.text)
        for each in reading.differing
        if each.difference and each.difference.tree and each.difference.spec
    }
    everything = "debug, serror, irq, fiq, pseudo_nmi"
    assert steps == {
        # All of DAIF is masked before the work, and the system call itself unmasks.
        (f"mask: [{everything}]", "mask: [irq, fiq]"),
        (f"mask: [{everything}]", "unmask: [irq, fiq]"),
        ("trace_hardirqs_on_prepare", f"unmask: [{everything}]"),
        # Neither handle_bad_stack() nor what it calls is __noreturn yet.
        ("return", "panic"),
    }
    (only,) = findings(reading)
    assert only.rule == "spec-mismatch"
    assert only.message.startswith("23 of 31 entry paths are not as the spec has them, which describes Linux 6.12")


def test_x86_and_riscv_of_6_1() -> None:
    have_tree(OLDER_RELEASE)
    x86 = unchanged(OLDER_RELEASE, "x86")
    assert not x86.differing
    assert [each.path.name for each in x86.paths if each.outcome is not Outcome.REBUILT] == [
        "debug", "kernel_debug", "vc", "kernel_vc", "fork_return",
    ]  # fmt: skip
    riscv = unchanged(OLDER_RELEASE, "riscv")
    assert not_rebuilt(riscv)["exceptions"] == "nothing in its C moves the state", "6.1 does it in assembly"
    assert not findings(x86)
    assert not findings(riscv)
