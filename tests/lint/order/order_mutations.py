"""One-line changes to the entry code of Linux 6.12 with what is found: for the reader, and for a real kernel."""

from __future__ import annotations

from order_trees import Mutation, added, dropped, moved, reworded

ARM64 = "arch/arm64/kernel/entry-common.c"
HEADER = "include/linux/entry-common.h"
COMMON = "kernel/entry/common.c"
X86_NMI, X86_TRAPS, X86_FAULT = "arch/x86/kernel/nmi.c", "arch/x86/kernel/traps.c", "arch/x86/mm/fault.c"

TRAPS = "arch/mips/kernel/traps.c"

BEFORE, AFTER = "irqs-on-before-user-exit", "irqs-on-after-user-enter"
TRACED_BEFORE, TRACED_AFTER = "instrumentable-before-user-exit", "instrumentable-after-user-enter"
SLEEPS, OTHER = "schedule-in-user-state", "spec-mismatch"
LEFT_OPEN = "unbalanced-bracket"
RETURNS = (("state-restored", "}"), ("user-on-return", "}"))
NO_EXIT = (OTHER, "trace_hardirqs_off_finish"), ("schedule-in-kernel-state", "schedule"), (
    "no-double-transition", "user_enter_irqoff",
)  # fmt: skip

EXIT_WORK = ("schedule", "arch_do_signal_or_restart", "resume_user_mode_work", "uprobe_notify_resume")
EXIT_INLINED = (
    "arch_exit_to_user_mode_prepare", "arch_exit_to_user_mode_work", "local_irq_disable_exit_to_user",
    "local_irq_enable_exit_to_user",
)  # fmt: skip
"""What is inline alone on that way."""

EXIT_TRACED = (
    "klp_update_patch_state", "kmap_assert_nomap", "lockdep_sys_exit", "tick_nohz_user_enter_prepare",
    "tick_nohz_user_enter_prepare",
)  # fmt: skip
"""What the generic way out does before user_enter, and what of it can be instrumented."""

MUTATIONS = {
    "arm64: interrupts opened before user_exit": Mutation(
        "arm64", ARM64, "el0_svc", moved("local_daif_restore", before="enter_from_user_mode"),
        ((BEFORE, "local_daif_restore"), (OTHER, "local_daif_restore"), ("rcu-watching", "do_interrupt_handler")),
    ),
    "arm64: debug and SError opened before user_exit": Mutation(
        "arm64", ARM64, "el0_interrupt", moved("write_sysreg", before="enter_from_user_mode"),
        ((BEFORE, "write_sysreg"), (OTHER, "write_sysreg")),
    ),
    "arm64: no user_exit": Mutation(
        "arm64", ARM64, "__enter_from_user_mode", dropped("user_exit_irqoff"),
        (*NO_EXIT, ("rcu-watching", "do_mem_abort")),
    ),
    "arm64: user_exit twice": Mutation(
        "arm64", ARM64, "__enter_from_user_mode", added("user_exit_irqoff();", behind="user_exit_irqoff"),
        ((OTHER, "user_exit_irqoff"), ("no-double-transition", "user_exit_irqoff")),
    ),
    "arm64: tracing before user_exit": Mutation(
        "arm64", ARM64, "__enter_from_user_mode", moved("trace_hardirqs_off_finish", before="user_exit_irqoff"),
        ((TRACED_BEFORE, "trace_hardirqs_off_finish"), (OTHER, "trace_hardirqs_off_finish")),
    ),
    "arm64: an unknown call before user_exit": Mutation(
        "arm64", ARM64, "el0_da", added("note_abort(far);", before="enter_from_user_mode"),
        ((TRACED_BEFORE, "note_abort"),),
    ),
    "arm64: the handler before user_exit": Mutation(
        "arm64", ARM64, "el0_fpsimd_acc", moved("do_fpsimd_acc", before="enter_from_user_mode"),
        ((SLEEPS, "do_fpsimd_acc"),),
    ),
    "arm64: an entry function that is not noinstr": Mutation(
        "arm64", ARM64, "el0_ia", reworded("noinstr", ""),
        ((TRACED_BEFORE, "el0_ia"),),
    ),
    "arm64: user_enter moved up": Mutation(
        "arm64", ARM64, "__exit_to_user_mode", moved("user_enter_irqoff", before="trace_hardirqs_on_prepare"),
        (
            (TRACED_AFTER, "trace_hardirqs_on_prepare"), (TRACED_AFTER, "lockdep_hardirqs_on_prepare"),
            (OTHER, "user_enter_irqoff"),
        ),
    ),
    "arm64: an early return before user_enter": Mutation(
        "arm64", ARM64, "__exit_to_user_mode", added("if (is_quiet()) return;", before="user_enter_irqoff"),
        ((OTHER, "is_quiet"), *RETURNS),
    ),
    "arm64: no way out": Mutation(
        "arm64", ARM64, "el0_sve_acc", dropped("exit_to_user_mode"), ((OTHER, "}"), *RETURNS),
    ),
    "arm64: DAIF not masked before user_enter": Mutation(
        "arm64", ARM64, "exit_to_user_mode_prepare", dropped("local_daif_mask"),
        ((AFTER, "user_enter_irqoff"), (OTHER, "trace_hardirqs_on_prepare")),
    ),
    "arm64: interrupts opened after user_enter": Mutation(
        "arm64", ARM64, "__exit_to_user_mode", added("local_irq_enable();", behind="user_enter_irqoff"),
        ((AFTER, "local_irq_enable"), (OTHER, "local_irq_enable"), ("rcu-watching", "do_interrupt_handler")),
    ),
    "arm64: schedule after user_enter": Mutation(
        "arm64", ARM64, "__exit_to_user_mode", added("schedule();", behind="user_enter_irqoff"),
        ((SLEEPS, "schedule"), (OTHER, "schedule")),
    ),
    "arm64: RCU not told when the idle task goes on": Mutation(
        "arm64", ARM64, "__exit_to_kernel_mode", dropped("ct_irq_exit"),
        ((OTHER, "lockdep_hardirqs_on"), (LEFT_OPEN, "}")),
    ),
    "arm64: nothing masked after a kernel exception": Mutation(
        "arm64", ARM64, "el1_undef", dropped("local_daif_mask"), ((OTHER, "trace_hardirqs_on"),),
    ),
    "arm64: an NMI that is not left": Mutation(
        "arm64", ARM64, "arm64_exit_nmi", dropped("ct_nmi_exit"),
        ((OTHER, "lockdep_hardirq_exit"), ("user-on-return", "return ret"), ("watching-parity", "return ret")),
    ),
    "arm64: user_enter before the work": Mutation(
        "arm64", ARM64, "exit_to_user_mode", moved("__exit_to_user_mode", before="exit_to_user_mode_prepare"),
        (
            (SLEEPS, "schedule"), (AFTER, "local_irq_enable"), (AFTER, "user_enter_irqoff"),
            (TRACED_AFTER, "do_notify_resume"), (TRACED_AFTER, "lockdep_sys_exit"),
            (OTHER, "trace_hardirqs_on_prepare"), (OTHER, "trace_hardirqs_on_prepare"),
            ("rcu-watching", "do_interrupt_handler"),
        ),
    ),
    "arm64: schedule before user_exit": Mutation(
        "arm64", ARM64, "__enter_from_user_mode", added("schedule();", before="user_exit_irqoff"),
        ((SLEEPS, "schedule"), (OTHER, "schedule")),
    ),
    "arm64: no way out of a breakpoint": Mutation(
        "arm64", ARM64, "el0_brk64", dropped("exit_to_user_mode"), ((OTHER, "}"), *RETURNS),
    ),
    "arm64: an NMI calls user_exit": Mutation(
        "arm64", ARM64, "arm64_enter_nmi", added("user_exit_irqoff();", behind="ct_nmi_enter"),
        (
            (OTHER, "user_exit_irqoff"), ("no-double-transition", "user_exit_irqoff"),
            ("watching-parity", "user_exit_irqoff"),
        ),
    ),
    "arm64: an NMI that RCU does not know": Mutation(
        "arm64", ARM64, "arm64_enter_nmi", dropped("ct_nmi_enter"),
        ((OTHER, "trace_hardirqs_off_finish"), ("rcu-watching", "do_sdei_event")),
    ),
    "generic: interrupts opened before user_exit": Mutation(
        "riscv", HEADER, "syscall_enter_from_user_mode", moved("local_irq_enable", before="enter_from_user_mode(regs)"),
        ((BEFORE, "local_irq_enable"), (OTHER, "local_irq_enable"), ("rcu-watching", "handle_arch_irq")),
    ),
    "generic: no user_exit": Mutation(
        "riscv", HEADER, "enter_from_user_mode", dropped("user_exit_irqoff"),
        (*NO_EXIT, ("rcu-watching", "do_trap_error")),
    ),
    "generic: tracing before user_exit": Mutation(
        "riscv", HEADER, "enter_from_user_mode", moved("trace_hardirqs_off_finish", before="user_exit_irqoff"),
        ((TRACED_BEFORE, "trace_hardirqs_off_finish"), (OTHER, "trace_hardirqs_off_finish")),
    ),
    "generic: instrumentation_begin before user_exit": Mutation(
        "riscv", HEADER, "enter_from_user_mode", moved("instrumentation_begin", before="user_exit_irqoff"),
        ((TRACED_BEFORE, "instrumentation_begin"), (OTHER, "user_exit_irqoff")),
    ),
    "generic: user_enter moved up": Mutation(
        "riscv", HEADER, "exit_to_user_mode", moved("user_enter_irqoff", before="instrumentation_begin"),
        (
            (TRACED_AFTER, "instrumentation_begin"), (TRACED_AFTER, "trace_hardirqs_on_prepare"),
            (OTHER, "user_enter_irqoff"),
        ),
    ),
    "generic: an early return before user_enter": Mutation(
        "riscv", HEADER, "exit_to_user_mode", added("if (is_quiet()) return;", before="user_enter_irqoff"),
        ((OTHER, "is_quiet"), *RETURNS),
    ),
    "generic: schedule after user_enter": Mutation(
        "riscv", HEADER, "exit_to_user_mode", added("schedule();", behind="user_enter_irqoff"),
        ((SLEEPS, "schedule"), (OTHER, "schedule")),
    ),
    "generic: instrumentation that does not end": Mutation(
        "riscv", HEADER, "exit_to_user_mode", dropped("instrumentation_end"),
        ((TRACED_AFTER, "lockdep_hardirqs_on"), (OTHER, "user_enter_irqoff"), (LEFT_OPEN, "mret")),
    ),
    "generic: interrupts not masked after a system call": Mutation(
        "riscv", COMMON, "__syscall_exit_to_user_mode_work", dropped("local_irq_disable_exit_to_user"),
        ((AFTER, "user_enter_irqoff"), (OTHER, "_TIF_NEED_RESCHED"), ("rcu-watching", "handle_arch_irq")),
    ),
    "generic: interrupts not masked after work": Mutation(
        "riscv", COMMON, "exit_to_user_mode_loop", dropped("local_irq_disable_exit_to_user"),
        (
            (AFTER, "user_enter_irqoff"), (OTHER, "instrumentation_end"), (OTHER, "instrumentation_end"),
            ("rcu-watching", "handle_arch_irq"),
        ),
    ),
    "generic: no way out of a system call": Mutation(
        "riscv", COMMON, "syscall_exit_to_user_mode", dropped("exit_to_user_mode()"),
        ((OTHER, "do_trap_ecall_u"), (OTHER, "mret"), ("state-restored", "mret"), ("user-on-return", "mret")),
    ),
    "generic: user mode taken for the kernel": Mutation(
        "riscv", COMMON, "irqentry_enter", reworded("user_mode(regs)", "!user_mode(regs)"),
        (
            (OTHER, "trace_hardirqs_off_finish"), ("state-restored", "local_irq_disable"),
            ("rcu-watching", "handle_page_fault"),
            ("no-double-transition", "user_exit_irqoff"), ("watching-parity", "user_exit_irqoff"),
        ),
    ),
    "generic: an NMI that is not entered": Mutation(
        "riscv", COMMON, "irqentry_nmi_enter", dropped("ct_nmi_enter"),
        ((OTHER, "trace_hardirqs_off_finish"), (LEFT_OPEN, "ct_nmi_exit")),
    ),
    "generic: user_enter before the work of a system call": Mutation(
        "riscv", COMMON, "syscall_exit_to_user_mode", moved("exit_to_user_mode()", before="instrumentation_begin"),
        (
            *((SLEEPS, name) for name in ("schedule", "syscall_exit_work")),
            *((AFTER, name) for name in ("local_irq_enable", "user_enter_irqoff")),
            *((TRACED_AFTER, name) for name in ("instrumentation_begin", "syscall_exit_to_user_mode_prepare")),
            (OTHER, "trace_hardirqs_on_prepare"),
        ),
    ),
    "generic: schedule before user_exit": Mutation(
        "riscv", HEADER, "enter_from_user_mode", added("schedule();", before="user_exit_irqoff"),
        ((SLEEPS, "schedule"), (OTHER, "schedule")),
    ),
    "mips: no exception_enter": Mutation(
        "mips", TRAPS, "do_ov", dropped("exception_enter"), ((OTHER, "exception_exit"),),
    ),
    "mips: interrupts opened before exception_enter": Mutation(
        "mips", TRAPS, "do_fpe", moved("local_irq_enable", before="exception_enter"),
        ((OTHER, "local_irq_enable"),),
    ),
    "sparc64: no exception_exit": Mutation(
        "sparc64", "arch/sparc/kernel/sys_sparc_64.c", "sparc_breakpoint", dropped("exception_exit"),
        ((OTHER, "sparc_breakpoint"),),
    ),
    "x86: preemption where interrupts were off": Mutation(
        "x86", COMMON, "irqentry_exit", reworded("!regs_irqs_disabled(regs)", "1"), ((OTHER, "preempt_schedule_irq"),),
    ),
    "x86: an NMI calls user_exit": Mutation(
        "x86", X86_NMI, "exc_nmi", added("user_exit_irqoff();", behind="irqentry_nmi_enter"),
        (
            (OTHER, "user_exit_irqoff"), ("no-double-transition", "user_exit_irqoff"),
            ("watching-parity", "user_exit_irqoff"),
        ),
    ),
    # A round of the NMI for each that came meanwhile: what nests without an end is not verified.
    "x86: an NMI that is not left": Mutation(
        "x86", COMMON, "irqentry_nmi_exit", dropped("ct_nmi_exit"), ((OTHER, "lockdep_hardirq_exit"),),
    ),
    "x86: an NMI entered as an interrupt": Mutation(
        "x86", X86_NMI, "exc_nmi", reworded("irqentry_nmi_enter", "irqentry_enter"),
        (
            (OTHER, "lockdep_hardirqs_off"), ("state-restored", "nmi_state"), ("user-on-return", "nmi_state"),
            ("rcu-watching", "default_do_nmi"), ("watching-parity", "ct_nmi_exit"),
            ("no-double-transition", "user_exit_irqoff"),
        ),
    ),
    "x86: the handler of a page fault before user_exit": Mutation(
        "x86", X86_FAULT, "exc_page_fault", moved("handle_page_fault", before="irqentry_enter(regs)"),
        (
            (SLEEPS, "do_user_addr_fault"), (BEFORE, "do_user_addr_fault"), (TRACED_BEFORE, "is_kmmio_active"),
            (TRACED_BEFORE, "trace_page_fault_entries"), (OTHER, "VSYSCALL_ADDR"),
        ),
    ),
    "x86: interrupts not masked after a page fault": Mutation(
        "x86", X86_FAULT, "handle_page_fault", dropped("local_irq_disable"),
        ((AFTER, "user_enter_irqoff"), (OTHER, "instrumentation_end"), ("rcu-watching", "instrumentation_end")),
    ),
    "x86: interrupts opened before user_exit, by int $0x80": Mutation(
        "x86", "arch/x86/entry/common.c", "do_int80_emulation",
        moved("local_irq_enable", before="enter_from_user_mode(regs)"),
        ((BEFORE, "local_irq_enable"), (OTHER, "local_irq_enable"), ("rcu-watching", "local_irq_enable")),
    ),
    "x86: a breakpoint of user mode taken for one of the kernel": Mutation(
        "x86", X86_TRAPS, "exc_int3", reworded("user_mode(regs)", "!user_mode(regs)"),
        (
            (OTHER, "__nmi_enter"), ("no-double-transition", "user_exit_irqoff"),
            ("watching-parity", "user_exit_irqoff"),
        ),
    ),
    # Three macros define exc_debug(), and none of them is followed.
    "x86: a debug exception without user_exit": Mutation(
        "x86", X86_TRAPS, "exc_debug_user", dropped("irqentry_enter_from_user_mode(regs)"),
        (
            *((SLEEPS, name) for name in EXIT_WORK),
            (BEFORE, "local_irq_enable"), (BEFORE, "local_irq_enable"),
            *((TRACED_BEFORE, name) for name in (
                *EXIT_TRACED, "instrumentation_begin", "instrumentation_begin", "instrumentation_begin",
                "arch_exit_work", "choose_random_kstack_offset", "notify_debug",
                "lockdep_hardirqs_on_prepare", "send_sigtrap", "force_sig_fault",
                "trace_hardirqs_on_prepare", "task_stack_page", "wrmsrns", *EXIT_INLINED,
                "ALTERNATIVE", "get_si_code(unsigned", "handle_vm86_trap", "fred_update_rsp0",
                "handle_bus_lock", "indirect_branch_prediction_barrier",
            )),
            (OTHER, "trace_hardirqs_on_prepare"),
        ),
    ),
    "x86: a handler before user_exit": Mutation(
        "x86", X86_TRAPS, "exc_int3", reworded("poke_int3_handler(regs)", "do_int3(regs)"),
        ((TRACED_BEFORE, "do_int3"),),
    ),
}  # fmt: skip
