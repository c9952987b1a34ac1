"""What is booted: the trees as they are, with the series of gen, and with one-line changes to their entry code."""

from __future__ import annotations

from dataclasses import dataclass

from order_mutations import MUTATIONS
from order_trees import Mutation, replaced
from test_assembly_mutations import MUTATIONS as IN_ASSEMBLY


@dataclass(frozen=True)
class Case:
    """One kernel: an architecture with a mutation of `order_mutations` or of its assembly, or with none.

    `series` has the series of `gen patch` applied, `plain` boots without what the target adds to the command line
    (pseudo-NMI). `why` is the reason where reader and kernel differ.
    """

    arch: str
    change: str = ""
    series: bool = False
    plain: bool = False
    why: str = ""

    @property
    def name(self) -> str:
        """What it is called in the results."""
        what = self.change or f"{self.arch}: {'with the series of `gen patch`' if self.series else 'as it is'}"
        elsewhere = f", on {self.arch}" if self.mutation and self.mutation.arch != self.arch else ""
        return f"{what}{elsewhere}{', without pseudo-NMI' if self.plain else ''}"

    @property
    def mutation(self) -> Mutation | None:
        """The change, if there is one."""
        if self.change in IN_ASSEMBLY:
            file, old, new, _ = IN_ASSEMBLY[self.change]
            return Mutation(self.arch, file, "", replaced(old, new), ())
        return MUTATIONS[self.change] if self.change else None


CASES = (
    Case("arm"),
    Case("arm", "arm: no user_exit in the macro"),
    Case("arm", "arm: schedule in the window"),
    Case("arm64"),
    Case("arm64", series=True),
    Case("arm64", "arm64: interrupts open before the handler"),
    Case("arm64", "arm64: schedule behind the handler"),
    Case("arm64", "arm64: interrupts opened before user_exit"),
    Case(
        "arm64",
        "arm64: debug and SError opened before user_exit",
        why="nothing hits the window: the breakpoint register that is set watches user memory, which entry code does"
        " not touch, and this machine has no SErrors",
    ),
    Case("arm64", "arm64: no user_exit"),
    Case(
        "arm64",
        "arm64: user_exit twice",
        why="`__ct_user_exit()` does nothing in the KERNEL state; what warns is the CT_WARN_ON() in front of the first"
        " call, and the second has none. It is a broken promise, and harmless",
    ),
    Case("arm64", "arm64: schedule before user_exit"),
    Case("arm64", "arm64: tracing before user_exit"),
    Case("arm64", "arm64: user_enter moved up"),
    Case("arm64", "arm64: user_enter before the work"),
    Case("arm64", "arm64: no way out of a breakpoint"),
    Case("arm64", "arm64: DAIF not masked before user_enter"),
    Case(
        "arm64",
        "arm64: DAIF not masked before user_enter",
        plain=True,
        why="without pseudo-NMI local_irq_disable() has masked PSTATE.I already; what stays open are debug exceptions"
        " and SErrors: the breakpoint register that is set watches user memory, and this machine has no SErrors",
    ),
    Case(
        "arm64",
        "arm64: interrupts opened after user_enter",
        why="with pseudo-NMI local_irq_enable() opens ICC_PMR_EL1 alone, and PSTATE.I is still masked; the next row is"
        " without",
    ),
    Case("arm64", "arm64: interrupts opened after user_enter", plain=True),
    Case("arm64", "arm64: schedule after user_enter"),
    Case(
        "arm64",
        "arm64: nothing masked after a kernel exception",
        why="el1_undef() is for an undefined instruction of the kernel, and it runs none",
    ),
    Case("arm64", "arm64: RCU not told when the idle task goes on"),
    Case("arm64", "arm64: an NMI that is not left"),
    Case("arm64", "arm64: an NMI that RCU does not know"),
    Case(
        "arm64",
        "arm64: an NMI calls user_exit",
        why="a pseudo-NMI gets to arm64_enter_nmi() from kernel code alone, where the state is KERNEL and user_exit"
        " does nothing; only an SDEI event finds USER there, and this machine has no such firmware",
    ),
    Case("mips"),
    Case("mips", series=True),
    Case("mips", "mips: interrupts open on the way out"),
    Case("mips", "mips: work is not looked for again"),
    Case(
        "powerpc",
        why="what breaks the rules is level_exception of Book3E and machine_check_32 of 32-bit kernels; without these"
        " two the spec holds, and this is a kernel for 64-bit Book3S",
    ),
    Case("riscv"),
    Case("riscv", series=True),
    Case("riscv", "riscv: interrupts open before the handler"),
    Case("riscv", "riscv: interrupts open on the way out"),
    Case("riscv", "generic: interrupts opened before user_exit"),
    Case("riscv", "generic: no user_exit"),
    Case("riscv", "generic: schedule before user_exit"),
    Case("riscv", "generic: tracing before user_exit"),
    Case(
        "riscv",
        "generic: instrumentation_begin before user_exit",
        why="instrumentation_begin() is a note for objtool, which riscv does not have, and no instruction",
    ),
    Case("riscv", "generic: user_enter moved up"),
    Case("riscv", "generic: user_enter before the work of a system call"),
    Case("riscv", "generic: schedule after user_enter"),
    Case("riscv", "generic: interrupts not masked after a system call"),
    Case("riscv", "generic: interrupts not masked after work"),
    Case("riscv", "generic: no way out of a system call"),
    Case(
        "riscv",
        "generic: an NMI that is not entered",
        why="on riscv it is for traps of kernel code, and a kernel that neither warns nor crashes takes none",
    ),
    Case("x86"),
    Case("x86", "x86: interrupts open before the system call"),
    Case("x86", "x86: interrupts open on the way out"),
    Case("x86", "x86: an NMI calls user_exit"),
    Case("x86", "x86: an NMI that is not left"),
    Case("x86", "x86: an NMI entered as an interrupt"),
    Case("x86", "x86: the handler of a page fault before user_exit"),
    Case("x86", "x86: interrupts not masked after a page fault"),
    Case("x86", "x86: interrupts opened before user_exit, by int $0x80"),
    Case("x86", "x86: a handler before user_exit"),
    Case("x86", "x86: a breakpoint of user mode taken for one of the kernel"),
    Case(
        "x86",
        "x86: a debug exception without user_exit",
    ),
    Case(
        "x86",
        "x86: preemption where interrupts were off",
        why="of what leaves by irqentry_exit() only an exception comes where interrupts are off, and this kernel has"
        " none there: a WARN_ON() in its place is silent, too",
    ),
    Case("x86", "generic: an NMI that is not entered"),
    Case(
        "x86",
        "generic: instrumentation that does not end",
        why="objtool looks for it where a function returns, and these end in a jump to lockdep_hardirqs_on()",
    ),
    Case(
        "x86",
        "generic: instrumentation_begin before user_exit",
        why="objtool complains of a call outside of instrumentable code, of which there is only more now; what runs is"
        " the same",
    ),
    Case("x86", "generic: schedule before user_exit"),
    Case("x86", "generic: tracing before user_exit"),
    Case("x86", "generic: no user_exit"),
)
"""Every kernel of the table, in its order."""
