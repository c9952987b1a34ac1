"""Small changes to the entry assembly of Linux 6.12: each is seen in the paths that it changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from order_cases import findings
from order_trees import have_tree, read_tree, text_of
from trees import TREE_RELEASE

from gen.lint.order.entries import Outcome
from gen.recover.how import How

pytestmark = pytest.mark.tree

CSKY, CSKY_HEADER = "arch/csky/kernel/entry.S", "arch/csky/abiv2/inc/abi/entry.h"
ARM, ARM_COMMON, ARM_HEADER = (
    "arch/arm/kernel/entry-armv.S",
    "arch/arm/kernel/entry-common.S",
    "arch/arm/kernel/entry-header.S",
)
ASSEMBLER = "arch/arm/include/asm/assembler.h"
LOONGARCH = "arch/loongarch/kernel/entry.S"
LOONGARCH_GENEX, LOONGARCH_FRAME = "arch/loongarch/kernel/genex.S", "arch/loongarch/include/asm/stackframe.h"
RISCV = "arch/riscv/kernel/entry.S"
ARM64 = "arch/arm64/kernel/entry.S"
ARM64_KERNEL = "kernel_irq kernel_fiq kernel_serror"
RISCV_TRAPS = "syscall page_fault irq undef debug_brk"
LEAVES = "syscall page_fault exceptions irq fork_return"
MIPS, MIPS_GENEX, MIPS_FRAME = (
    "arch/mips/kernel/entry.S",
    "arch/mips/kernel/genex.S",
    "arch/mips/include/asm/stackframe.h",
)
MIPS_N64, MIPS_O32 = "arch/mips/kernel/scall64-n64.S", "arch/mips/kernel/scall64-o32.S"
MIPS_TLB = "arch/mips/mm/tlbex-fault.S"
MIPS_TRAPS = (
    "page_fault unaligned bus_error debug_bp undef fpu_unusable overflow trap msa_fpe fpe gsexc msa mdmx watch mt dsp"
)
MIPS_SYSCALLS = "syscall syscall_compat"
MIPS_ALL = f"{MIPS_SYSCALLS} {MIPS_TRAPS} irq fork_return"
FROM_USER = "syscall page_fault exceptions irq"
ARM_FROM_USER = "syscall page_fault_data page_fault_insn undef irq"
ARM_LEAVES = f"{ARM_FROM_USER} fork_return"
X86, X86_CALLING, X86_IDT = (
    "arch/x86/entry/entry_64.S",
    "arch/x86/entry/calling.h",
    "arch/x86/include/asm/idtentry.h",
)
X86_TRAPS = "syscall_compat_int80 page_fault irq irq_xen_pv undef int3"

XTENSA, XTENSA_VECTORS = "arch/xtensa/kernel/entry.S", "arch/xtensa/kernel/vectors.S"
XTENSA_CAUSES = "syscall page_fault illegal div0 unaligned load_store coprocessor multihit unhandled debug"
XTENSA_ENTERS = f"{XTENSA_CAUSES} irq nmi"
XTENSA_LEAVES = f"{XTENSA_CAUSES} irq fork_return kernel_thread_return"

MUTATIONS = {
    "xtensa: no user_exit": (XTENSA, "\tabi_call\tuser_exit_callable\n", "", XTENSA_ENTERS),
    "xtensa: no user_enter": (XTENSA, "\tabi_call\tuser_enter_callable\n", "", XTENSA_LEAVES),
    "xtensa: user_exit from the kernel": (
        XTENSA,
        "\tbbci.l\t\tabi_tmp0, PS_UM_BIT, 1f\n",
        "\tbbsi.l\t\tabi_tmp0, PS_UM_BIT, 1f\n",
        XTENSA_ENTERS,
    ),
    "xtensa: user_exit asks another register": (
        XTENSA,
        "\tl32i\t\tabi_tmp0, a1, PT_PS\n\tbbci.l",
        "\tl32i\t\tabi_tmp0, a1, PT_PC\n\tbbci.l",
        XTENSA_ENTERS,
    ),
    "xtensa: interrupts open before user_exit": (
        XTENSA,
        "\ncommon_exception:\n",
        "\ncommon_exception:\n\trsil\ta2, 0\n",
        XTENSA_ENTERS,
    ),
    "xtensa: interrupts open on the way out": (
        XTENSA,
        ".Ltif_loop:\n\tirq_save\tabi_tmp0, abi_tmp1\n",
        ".Ltif_loop:\n",
        XTENSA_LEAVES,
    ),
    "xtensa: interrupts open in the macro": (XTENSA, "rsil\t\\flags, LOCKLEVEL", "rsil\t\\flags, 0", XTENSA_LEAVES),
    "xtensa: interrupts open after user_enter": (
        XTENSA,
        "\tabi_call\tuser_enter_callable\n",
        "\tabi_call\tuser_enter_callable\n\trsil\tabi_tmp0, 0\n",
        XTENSA_LEAVES,
    ),
    "xtensa: schedule after user_enter": (
        XTENSA,
        "\tabi_call\tuser_enter_callable\n",
        "\tabi_call\tuser_enter_callable\n\tabi_call\tschedule\n",
        XTENSA_LEAVES,
    ),
    "xtensa: the way out is to the kernel": (
        XTENSA,
        "\t_bbci.l\t\tabi_saved1, PS_UM_BIT, .Lexit_tif_loop_kernel",
        "\t_bbsi.l\t\tabi_saved1, PS_UM_BIT, .Lexit_tif_loop_kernel",
        XTENSA_LEAVES,
    ),
    "xtensa: the mode of another register": (
        XTENSA,
        "\t_bbci.l\t\tabi_saved1, PS_UM_BIT, .Lexit_tif_loop_kernel",
        "\t_bbci.l\t\tabi_saved0, PS_UM_BIT, .Lexit_tif_loop_kernel",
        XTENSA_LEAVES,
    ),
    "xtensa: work is not looked for again": (
        XTENSA,
        "# void schedule (void)\n\tj\t\t.Ltif_loop",
        "# void schedule (void)\n\tj\t\t.Lrestore_state",
        XTENSA_LEAVES,
    ),
    "xtensa: the NMI does the work of the others": (
        XTENSA,
        "\tbeq\t\tabi_tmp0, abi_tmp1, .Lrestore_state",
        "\tbne\t\tabi_tmp0, abi_tmp1, .Lrestore_state",
        f"{XTENSA_ENTERS} fork_return kernel_thread_return",
    ),
    "xtensa: PS is not restored": (XTENSA, "\twsr\t\tabi_saved1, ps\t\t/* disable interrupts */\n", "", XTENSA_LEAVES),
    "xtensa: an interrupt leaves them as they were": (
        XTENSA,
        "\tmoveqz\ta3, a0, a2\t\t# a3 = LOCKLEVEL iff interrupt\n",
        "",
        "irq",
    ),
    "xtensa: exceptions are taken for interrupts": (
        XTENSA,
        "\tbnei\ta2, EXCCAUSE_LEVEL1_INTERRUPT, .Lexception",
        "\tbeqi\ta2, EXCCAUSE_LEVEL1_INTERRUPT, .Lexception",
        f"{XTENSA_CAUSES} irq",
    ),
    "xtensa: the NMI gets LOCKLEVEL": (
        XTENSA,
        "\tbgei\ta3, LOCKLEVEL, .Lexception",
        "\tblti\ta3, LOCKLEVEL, .Lexception",
        "irq nmi",
    ),
    "xtensa: an interrupt of level 1 without LOCKLEVEL": (
        XTENSA,
        "\tbeqz\ta3, .Llevel1_irq",
        "\tbeqz\ta3, .Lexception",
        "irq",
    ),
    "xtensa: tracing of what is open": (
        XTENSA,
        "\tbeqz\t\tabi_tmp0, 1f\n\tabi_call\ttrace_hardirqs_off",
        "\tbnez\t\tabi_tmp0, 1f\n\tabi_call\ttrace_hardirqs_off",
        XTENSA_ENTERS,
    ),
    "xtensa: interrupts open in a window vector": (
        XTENSA_VECTORS,
        "ENTRY_ALIGN64(_WindowOverflow4)\n",
        "ENTRY_ALIGN64(_WindowOverflow4)\n\trsil\ta0, 0\n",
        "window",
    ),
    "x86: interrupts open on the way out": (
        X86,
        "\tDEBUG_ENTRY_ASSERT_IRQS_OFF\n\ttestb",
        "\tsti\n\tDEBUG_ENTRY_ASSERT_IRQS_OFF\n\ttestb",
        X86_TRAPS,
    ),
    "x86: interrupts open before the system call": (
        X86,
        "\tcall\tdo_syscall_64",
        "\tsti\n\tcall\tdo_syscall_64",
        "syscall",
    ),
    "x86: schedule after the system call": (
        X86,
        "\tcall\tdo_syscall_64\t\t/* returns with IRQs disabled */\n",
        "\tcall\tdo_syscall_64\n\tcall\tschedule\n",
        "syscall",
    ),
    "x86: schedule after user_enter": (
        X86,
        "\tcall\tret_from_fork\n",
        "\tcall\tret_from_fork\n\tcall\tschedule\n",
        "fork_return",
    ),
    "x86: interrupts open in the registers' macro": (
        X86_CALLING,
        ".macro POP_REGS pop_rdi=1\n",
        ".macro POP_REGS pop_rdi=1\n\tsti\n",
        f"syscall syscall_compat_fast {X86_TRAPS} nmi double_fault fork_return",
    ),
    "x86: interrupts open with a feature": (
        X86,
        '"jmp swapgs_restore_regs_and_return_to_usermode", X86_FEATURE_XENPV',
        '"sti; jmp swapgs_restore_regs_and_return_to_usermode", X86_FEATURE_XENPV',
        "syscall",
    ),
    "x86: interrupts open behind each handler": (
        X86,
        "\tREACHABLE\n\n\tjmp\terror_return",
        "\tsti\n\tjmp\terror_return",
        "syscall_compat_int80 page_fault irq undef int3",
    ),
    "x86: interrupts open on the way back to the kernel": (
        X86,
        "\tPARANOID_RESTORE_CR3 scratch_reg=%rax",
        "\tsti\n\tPARANOID_RESTORE_CR3 scratch_reg=%rax",
        "double_fault",
    ),
    "x86: interrupts open in the NMI": (X86, "\tcall\texc_nmi\n", "\tsti\n\tcall\texc_nmi\n", "nmi"),
    "csky: no user_exit": (CSKY, "\tjbsr\tuser_exit_callable\n", "", FROM_USER),
    "csky: no user_enter": (CSKY, "\tjbsr\tuser_enter_callable\n", "", LEAVES),
    "csky: user_exit from the kernel": (CSKY, "\tbt\t1f\n\tjbsr\tuser_exit", "\tbf\t1f\n\tjbsr\tuser_exit", FROM_USER),
    "csky: user_exit asks another bit": (CSKY, "\tbtsti\ta0, 31\n", "\tbtsti\ta0, 30\n", FROM_USER),
    "csky: user_exit always": (CSKY, "\tbt\t1f\n\tjbsr\tuser_exit", "\tjbsr\tuser_exit", "page_fault exceptions irq"),
    "csky: interrupts open before user_exit": (
        CSKY,
        "\tcontext_tracking\n\tpsrset  ee, ie\n",
        "\tpsrset  ee, ie\n\tcontext_tracking\n",
        "syscall",
    ),
    "csky: interrupts stay closed": (CSKY, "psrset  ee, ie", "psrset  ee", "syscall"),
    "csky: interrupts open on the way out": (CSKY, "\tpsrclr\tie\n", "", LEAVES),
    "csky: the way out is to the kernel": (
        CSKY,
        "\tbtsti\tr9, 31\n\n\tbt\t1f\n",
        "\tbtsti\tr9, 31\n\n\tbf\t1f\n",
        LEAVES,
    ),
    "csky: the mode of another register": (CSKY, "\tbtsti\tr9, 31\n", "\tbtsti\tr8, 31\n", LEAVES),
    "csky: work is not done again": (CSKY, "\tlrw\tr9, ret_from_exception\n", "\tlrw\tr9, exit_work\n", LEAVES),
    "csky: schedule after user_enter": (
        CSKY,
        "\tjbsr\tuser_enter_callable\n",
        "\tjbsr\tuser_enter_callable\n\tjbsr\tschedule\n",
        LEAVES,
    ),
    "csky: an interrupt without tracing": (CSKY, "\tjbsr\ttrace_hardirqs_off\n", "", "irq"),
    "csky: an interrupt without its handler": (CSKY, "\tjbsr\tgeneric_handle_arch_irq\n", "", "irq"),
    "csky: trace_hardirqs_on whatever was": (CSKY, "\tbtsti\tr10, 6\n\tbf\t2f\n", "", "page_fault exceptions"),
    "csky: no preemption": (CSKY, "\tjbsr\tpreempt_schedule_irq", "\tnop", LEAVES),
    "csky: interrupts open in the registers' macro": (
        CSKY_HEADER,
        ".macro\tRESTORE_ALL\n",
        ".macro\tRESTORE_ALL\n\tpsrset\tie\n",
        LEAVES,
    ),
    "arm: user_exit before the unmask": (
        ARM_COMMON,
        "\tenable_irq_notrace\n\tct_user_exit save=0\n",
        "\tct_user_exit save=0\n\tenable_irq_notrace\n",
        "syscall",
    ),
    "arm: no user_exit in the macro": (
        ARM_HEADER,
        "\t.else\n\tbl\tuser_exit_callable\n",
        "\t.else\n",
        ARM_FROM_USER,
    ),
    "arm: no user_enter": (ARM_COMMON, "\tct_user_enter save = 0\n", "", ARM_LEAVES),
    "arm: user_exit is not asked for": (
        ARM,
        "__und_usr:\n\tusr_entry uaccess=0",
        "__und_usr:\n\tusr_entry trace=0 uaccess=0",
        "undef",
    ),
    "arm: interrupts stay closed": (ARM, "\tenable_irq\n", "", "undef"),
    "arm: no preemption": (ARM, "\tblne\tsvc_preempt\n", "", "kernel_irq"),
    "arm: preempted with interrupts open": (
        ARM,
        "1:\tbl\tpreempt_schedule_irq",
        "1:\tenable_irq_notrace\n\tbl\tpreempt_schedule_irq",
        "kernel_irq",
    ),
    "arm: tracing as it was not": (
        ARM_HEADER,
        "\tbleq\ttrace_hardirqs_on\n",
        "\tblne\ttrace_hardirqs_on\n",
        "kernel_abort kernel_abort_insn kernel_undef",
    ),
    "arm: work is not asked for": (ARM_COMMON, "\tbne\tslow_work_pending\n", "", ARM_LEAVES),
    "arm: schedule in the window": (
        ARM_COMMON,
        "\tct_user_enter save = 0\n",
        "\tct_user_enter save = 0\n\tbl\tschedule\n",
        ARM_LEAVES,
    ),
    "arm: an NMI without its bracket": (
        ARM,
        "\tbl\thandle_fiq_as_nmi\n\tsvc_exit_via_fiq",
        "\tsvc_exit_via_fiq",
        "kernel_fiq",
    ),
    "loongarch: a new task without the way out": (
        LOONGARCH,
        "syscall_exit_to_user_mode\n",
        "note_the_return\n",
        "fork_return kernel_thread_return",
    ),
    "loongarch: a new task is not scheduled in": (
        LOONGARCH,
        "\tbl\t\tschedule_tail",
        "\tnop",
        "fork_return kernel_thread_return",
    ),
    "loongarch: schedule behind the way out": (
        LOONGARCH,
        "\tRESTORE_STATIC\n",
        "\tbl\t\tschedule\n\tRESTORE_STATIC\n",
        "fork_return kernel_thread_return",
    ),
    "arm: back to the kernel with interrupts open": (
        ARM_HEADER,
        "\tdisable_irq_notrace\n#ifdef CONFIG_TRACE_IRQFLAGS\n\ttst",
        "#ifdef CONFIG_TRACE_IRQFLAGS\n\ttst",
        "kernel_abort kernel_abort_insn",
    ),
    "arm: what the interrupted code had in another register": (
        ARM,
        "\tldr\tr5, [sp, #S_PSR]\t\t@ Get SVC cpsr\n\tsvc_exit r5",
        "\tldr\tr5, [sp, #S_PSR]\n\tsvc_exit r4",
        "kernel_undef",
    ),
    "loongarch: schedule behind a handler": (
        LOONGARCH_GENEX,
        "\tjirl\tra, t0, 0\n\t668",
        "\tjirl\tra, t0, 0\n\tbl\tschedule\n\t668",
        "fpe ade unaligned bce debug_brk watch undef fpu lsx lasx lbt reserved",
    ),
    "arm64: interrupts open before the handler": (
        ARM64,
        "\tstp\tlr, x21, [sp, #S_LR]\n",
        "\tstp\tlr, x21, [sp, #S_LR]\n\tmsr\tdaifclr, #2\n",
        f"irq irq_pseudo_nmi fiq {ARM64_KERNEL} kernel_badstack",
    ),
    "arm64: interrupts open on the way out": (
        ARM64,
        "\tmsr\telr_el1, x21\t\t\t// set up the return data\n",
        "\tmsr\tdaifclr, #3\n\tmsr\telr_el1, x21\n",
        f"irq irq_pseudo_nmi fiq {ARM64_KERNEL} fork_return",
    ),
    "arm64: schedule behind the handler": (
        ARM64,
        "\tldp\tx21, x22, [sp, #S_PC]\t\t// load ELR, SPSR\n",
        "\tbl\tschedule\n\tldp\tx21, x22, [sp, #S_PC]\n",
        f"irq irq_pseudo_nmi fiq {ARM64_KERNEL} fork_return",
    ),
    "riscv: interrupts open before the handler": (
        RISCV,
        "\tcsrw CSR_SCRATCH, x0\n\n\t/* Load",
        "\tcsrw CSR_SCRATCH, x0\n\tcsrs CSR_STATUS, SR_IE\n\t/* Load",
        RISCV_TRAPS,
    ),
    "riscv: interrupts open on the way out": (
        RISCV,
        "\tREG_L s0, PT_STATUS(sp)\n#ifdef CONFIG_RISCV_M_MODE",
        "\tcsrs CSR_STATUS, SR_IE\n\tREG_L s0, PT_STATUS(sp)\n#ifdef CONFIG_RISCV_M_MODE",
        f"{RISCV_TRAPS} fork_return",
    ),
    "riscv: schedule on the way out": (
        RISCV,
        "\tREG_L x1,  PT_RA(sp)\n\tREG_L x3,",
        "\tcall schedule\n\tREG_L x1,  PT_RA(sp)\n\tREG_L x3,",
        f"{RISCV_TRAPS} fork_return",
    ),
    "riscv: a new task leaves with interrupts open": (
        RISCV,
        "\tcall syscall_exit_to_user_mode\n",
        "\tcall syscall_exit_to_user_mode\n\tcsrs CSR_STATUS, SR_IE\n",
        "fork_return",
    ),
    "riscv: a new task without the way out": (RISCV, "\tcall syscall_exit_to_user_mode\n", "\tnop\n", "fork_return"),
    "mips: what is tracked is not always traced": (
        "arch/mips/include/asm/thread_info.h",
        "_TIF_WORK_SYSCALL_ENTRY\t(_TIF_NOHZ | ",
        "_TIF_WORK_SYSCALL_ENTRY\t(",
        "syscall",  # a bad stack pointer looks the same to the other
    ),
    "mips: nothing is scheduled": (MIPS, "\tjal\tschedule\n", "\tnop\n", MIPS_ALL),
    "mips: preempted whatever was masked": (MIPS, "\tandi\tt0, 1\n", "\tandi\tt0, 2\n", MIPS_TRAPS),
    "mips: the way out is to the kernel": (
        MIPS,
        "\tbeqz\tt0, resume_kernel\n\nresume_userspace",
        "\tbnez\tt0, resume_kernel\n\nresume_userspace",
        MIPS_ALL,
    ),
    "mips: interrupts open on the way out": (
        MIPS,
        "resume_userspace:\n\tlocal_irq_disable",
        "resume_userspace:\n\tnop",
        MIPS_ALL,
    ),
    "mips: no user_enter": (MIPS, "\tjal\tsyscall_trace_leave\n", "", f"{MIPS_SYSCALLS} fork_return"),
    "mips: user_enter with interrupts closed": (
        MIPS,
        "\tjal\tsyscall_trace_leave\n",
        "\tlocal_irq_disable\n\tjal\tsyscall_trace_leave\n",
        f"{MIPS_SYSCALLS} fork_return",
    ),
    "mips: no signal": (MIPS, "\tjal\tdo_notify_resume", "\tnop", MIPS_ALL),
    "mips: no preemption": (MIPS, "\tj\tpreempt_schedule_irq\n", "\tjr\tra\n", f"{MIPS_TRAPS} irq"),
    "mips: work is not looked for again": (MIPS, "\tj\tresume_userspace_check\n", "\tj\trestore_all\n", MIPS_ALL),
    "mips: interrupts open in a delay slot": (
        MIPS,
        "\tjal\tschedule\n",
        "\t.set\tnoreorder\n\tjal\tschedule\n\tei\n\t.set\treorder\n",
        MIPS_ALL,
    ),
    "mips: the mode of another register": (
        MIPS,
        "\tandi\tt0, t0, KU_USER\n\tbeqz\tt0, resume_kernel\n\nresume",
        "\tandi\tt0, t1, KU_USER\n\tbeqz\tt0, resume_kernel\n\nresume",
        MIPS_ALL,
    ),
    "mips: a new task is not scheduled in": (
        MIPS,
        "FEXPORT(ret_from_fork)\n\tjal\tschedule_tail",
        "FEXPORT(ret_from_fork)\n\tnop",
        "fork_return",
    ),
    "mips: no user_exit": (MIPS_N64, "\tjal\tsyscall_trace_enter\n", "\tnop\n", MIPS_SYSCALLS),
    "mips: interrupts open before tracing says so": (
        MIPS_N64,
        "\tTRACE_IRQS_ON_RELOAD\n\tSTI\n",
        "\tSTI\n\tTRACE_IRQS_ON_RELOAD\n",
        "syscall",
    ),
    "mips: interrupts stay closed": (MIPS_O32, "\tSTI\n", "", "syscall_compat"),
    "mips: STI closes them": (
        MIPS_FRAME,
        "\t\txori\tt0, STATMASK & ~1\n\t\tmtc0\tt0, CP0_STATUS\n\t\tirq_enable_hazard",
        "\t\txori\tt0, STATMASK\n\t\tmtc0\tt0, CP0_STATUS\n\t\tirq_enable_hazard",
        f"{MIPS_SYSCALLS} debug_bp undef fpu_unusable overflow trap gsexc msa mdmx watch mt dsp reserved",
    ),
    "mips: another argument of the macro": (
        MIPS_GENEX,
        "BUILD_HANDLER ibe be cli silent",
        "BUILD_HANDLER ibe be sti silent",
        "bus_error",
    ),
    "mips: a page fault with interrupts closed": (MIPS_TLB, "\tKMODE\n", "\tCLI\n", "page_fault"),
}
"""A file, text in it, what stands there instead, and the paths in which that is seen."""

INNOCENT = {
    "xtensa: another scratch register": (
        XTENSA,
        "\tmovi\ta0, LOCKLEVEL\n\textui\ta3, a3, PS_INTLEVEL_SHIFT, PS_INTLEVEL_WIDTH\n"
        "\t\t\t\t\t# a3 = PS.INTLEVEL\n\tmoveqz\ta3, a0, a2",
        "\tmovi\ta4, LOCKLEVEL\n\textui\ta3, a3, PS_INTLEVEL_SHIFT, PS_INTLEVEL_WIDTH\n\tmoveqz\ta3, a4, a2",
    ),
    "xtensa: a label with another name": (XTENSA, ".Lrestore_state", ".Lrestore_it"),
    "xtensa: a macro for a call": (
        XTENSA,
        "\tabi_call\tuser_enter_callable\n",
        "\t.macro leave_kernel\n\tabi_call\tuser_enter_callable\n\t.endm\n\tleave_kernel\n",
    ),
    "xtensa: an instruction over two lines": (XTENSA, "\twsr\ta3, ps\n", "\twsr\ta3, \\\n\t\tps\n"),
    "x86: a label is called otherwise": (X86, ".Lerror_kernelspace", ".Lfrom_kernel"),
    "x86: cold code": (
        X86,
        "SYM_CODE_START_LOCAL(error_return)\n",
        "SYM_CODE_START_LOCAL(error_return)\n\tjmp 8f\n\tsti\n8:\n",
    ),
    "x86: the other spelling of a branch": (
        X86,
        "\tjz\trestore_regs_and_return_to_kernel\n\tjmp\tswapgs_restore_regs_and_return_to_usermode\n",
        "\tjnz\tswapgs_restore_regs_and_return_to_usermode\n\tjmp\trestore_regs_and_return_to_kernel\n",
    ),
    "x86: another scratch register": (X86, "scratch_reg=%rax", "scratch_reg=%rcx"),
    "x86: without the alternative": (
        X86,
        'ALTERNATIVE "call error_entry; movq %rax, %rsp", \\\n\t\t    "call xen_error_entry", X86_FEATURE_XENPV\n',
        "call error_entry\n\tmovq %rax, %rsp\n",
    ),
    "x86: closed once more": (X86, "\tcall\tdo_syscall_64", "\tcli\n\tcall\tdo_syscall_64"),
    "csky: a label is called otherwise": (CSKY, "exit_work", "out_of_here"),
    "csky: another number": (
        CSKY,
        "\tbt\t1f\n\tjbsr\tuser_exit_callable",
        "\tbt\t1f\n\tnop\n\tjbsr\tuser_exit_callable",
    ),
    "csky: another register": (CSKY, "mfcr\ta0, epsr\n\tbtsti\ta0, 31", "mfcr\tr7, epsr\n\tbtsti\tr7, 31"),
    "csky: a jump to the next line": (
        CSKY,
        "\nret_from_exception:\n",
        "\n\tbr\tret_from_exception\nret_from_exception:\n",
    ),
    "csky: a macro for a call": (CSKY, ".text\n", ".macro leave\n\tjbsr\tuser_exit_callable\n.endm\n.text\n"),
    "csky: something is saved": (CSKY, "\tpsrclr\tie\n", "\tpsrclr\tie\n\tstw\tr9, (sp, 4)\n"),
    "arm: a label is called otherwise": (ARM_COMMON, "slow_work_pending", "do_slow_work"),
    "arm: another scratch register": (
        ARM_COMMON,
        "\tldr\tr1, [tsk, #TI_FLAGS]\n\tmovs\tr1, r1, lsl #16\n",
        "\tldr\tr2, [tsk, #TI_FLAGS]\n\tmovs\tr2, r2, lsl #16\n",
    ),
    "arm: cold code is moved away": (ARM, "__irq_usr:\n", "__irq_usr:\n\tb\t8f\n\tbl\tschedule\n8:\n"),
    "arm: the other spelling of a branch": (ARM, "\tblne\tsvc_preempt\n", "\tbeq\t7f\n\tbl\tsvc_preempt\n7:\n"),
    "arm: a macro around the call": (
        ARM_HEADER,
        "\t.else\n\tbl\tuser_exit_callable\n",
        "\t.else\n\t.rept 1\n\tbl\tuser_exit_callable\n\t.endr\n",
    ),
    "arm64: nothing before the handler": (ARM64, "\tmov\tx0, sp\n\tbl\tel", "\tmov\tx0, sp\n\tnop\n\tbl\tel"),
    "arm64: a label is called otherwise": (ARM64, ".Lskip_pmr_save", ".Lno_pmr"),
    "riscv: a label is called otherwise": (RISCV, ".Lsave_context", ".Lsave_all"),
    "riscv: another order": (
        RISCV,
        "\tcsrr s2, CSR_EPC\n\tcsrr s3, CSR_TVAL\n",
        "\tcsrr s3, CSR_TVAL\n\tcsrr s2, CSR_EPC\n",
    ),
    "loongarch: the handler by another register": (
        LOONGARCH_GENEX,
        "\tla_abs\tt0, do_\\handler\n\tjirl\tra, t0, 0\n",
        "\tla_abs\tt3, do_\\handler\n\tjirl\tra, t3, 0\n",
    ),
    "mips: a label is called otherwise": (MIPS, "work_notifysig", "do_signals"),
    "mips: another scratch register": (
        MIPS,
        "\tandi\tt0, a2, _TIF_NEED_RESCHED # a2 is preloaded with TI_FLAGS\n\tbeqz\tt0",
        "\tandi\tt5, a2, _TIF_NEED_RESCHED\n\tbeqz\tt5",
    ),
    "mips: nothing in a delay slot": (
        MIPS,
        "\tjal\tschedule\n",
        "\t.set\tnoreorder\n\tjal\tschedule\n\tnop\n\t.set\treorder\n",
    ),
    "mips: a macro around the call": (
        MIPS_GENEX,
        "\tjal\tdo_\\handler\n",
        "\t.rept 1\n\tjal\tdo_\\handler\n\t.endr\n",
    ),
    "mips: cold code is moved away": (
        MIPS,
        "work_resched:\n",
        "work_resched:\n\tb\t8f\n\tjal\tuser_exit\n8:\n",
    ),
    "mips: the other spelling of a branch": (
        MIPS,
        "\tbeqz\tt0, work_notifysig\n",
        "\tbnez\tt0, work_resched\n\tb\twork_notifysig\n",
    ),
    "mips: closed by the hardware anyway": (
        MIPS_GENEX,
        "\tCLI\n\tTRACE_IRQS_OFF\n\n\tLONG_L\ts0",
        "\tTRACE_IRQS_OFF\n\n\tLONG_L\ts0",
    ),
    "loongarch: the thread's function by another register": (LOONGARCH, "s0", "s5"),
}


@pytest.fixture(autouse=True)
def _trees(tree: Path) -> None:
    have_tree(TREE_RELEASE, tree)


NOT_READ = (
    "it is assembly: ",
    "its first",
    "it begins in assembly: it has more than 8,000",
    "DEFINE_IDTENTRY_VC_KERNEL and DEFINE_IDTENTRY_VC_USER define",
)
"""Why some paths of these architectures are not read, whatever is changed."""


def differing(file: str, old: str, new: str) -> str:
    """The paths that are not what the spec says once some text is another one, and those that cannot be read."""
    arch = file.split("/")[1]
    text = text_of(TREE_RELEASE, file)
    assert text is not None
    assert old in text
    paths = read_tree(TREE_RELEASE, arch, {file: text.replace(old, new)}).paths
    assert all(each.reason.startswith(NOT_READ) for each in paths if each.outcome is Outcome.NOT_REBUILT)
    return " ".join(each.path.name for each in paths if each.outcome is Outcome.DIFFERS)


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS.keys())
def test_a_mutation_is_seen(mutation: tuple[str, str, str, str]) -> None:
    file, old, new, paths = mutation
    assert differing(file, old, new) == paths


@pytest.mark.parametrize("rewrite", INNOCENT.values(), ids=INNOCENT.keys())
def test_what_is_the_same_is_not(rewrite: tuple[str, str, str]) -> None:
    assert differing(*rewrite) == ""


UNREAD = {
    "xtensa: LOCKLEVEL for all but interrupts": (
        XTENSA,
        "\tmoveqz\ta3, a0, a2",
        "\tmovnez\ta3, a0, a2",
        "what `wsr a3,ps` does is not known",
    ),
    "xtensa: another level": (
        XTENSA,
        ":\n\tmovi\ta3, LOCKLEVEL\n",
        ":\n\tmovi\ta3, 0\n",
        "what `wsr a3,ps` does is not known",
    ),
    "xtensa: another register into PS": (
        XTENSA,
        "\twsr\t\tabi_saved1, ps\t\t/* disable",
        "\twsr\t\tabi_saved0, ps\t\t/* disable",
        "what `wsr abi_saved0,ps` does is not known",
    ),
    "xtensa: the macro leaves PS as it is": (
        XTENSA,
        "\tor\t\\flags, \\flags, \\tmp\n",
        "",
        "what `xsr abi_tmp0,ps` does is not known",
    ),
    "xtensa: a debug exception opens interrupts": (
        XTENSA,
        "\tmovi\ta2, 1 << PS_EXCM_BIT\n",
        "\tmovi\ta2, 1 << PS_UM_BIT\n",
        "what `wsr a2,ps` does is not known",
    ),
    "xtensa: a debug exception is another one": (
        XTENSA,
        "\tbbsi.l\ta0, PS_EXCM_BIT, .Ldebug_exception_in_exception",
        "\tbbci.l\ta0, PS_EXCM_BIT, .Ldebug_exception_in_exception",
        "debug_exception does not lead to do_debug()",
    ),
    "xtensa: another table of handlers": (
        XTENSA,
        "EXC_TABLE_DEFAULT\t# load handler",
        "EXC_TABLE_FAST_USER\t# load handler",
        "fast_syscall_user does not lead to system_call()",
    ),
    "xtensa: preemption stays on": (
        XTENSA,
        "\taddi\ta3, a3, 1\n\ts32i\ta3, a2, TI_PRE_COUNT",
        "\taddi\ta3, a3, -1\n\ts32i\ta3, a2, TI_PRE_COUNT",
        "what `s32i a3,a2,TI_PRE_COUNT` does is not known",
    ),
    "x86: no handler": (
        X86,
        "\tcall\tdo_syscall_64",
        "\tnop",
        "entry_SYSCALL_64 does not lead to do_syscall_64()",
    ),
    "x86: another handler": (
        X86_IDT,
        "idtentry vector asm_##func func has_error_code=1",
        "idtentry vector asm_##func exc_other has_error_code=1",
        "asm_exc_page_fault does not lead to exc_page_fault()",
    ),
    "x86: no return": (X86, "\tiretq\n", "\tnop\n", "where `RET` returns to is not known"),
    "x86: flags from somewhere": (
        X86,
        "\tcall\tdo_syscall_64",
        "\tpushq\t%r11\n\tpopfq\n\tcall\tdo_syscall_64",
        "what `popfq` does is not known",
    ),
    "mips: another handler": (
        MIPS_GENEX,
        "BUILD_HANDLER ov ov",
        "BUILD_HANDLER ov tr",
        "handle_ov does not lead to do_ov()",
    ),
    "loongarch: another handler": (
        LOONGARCH_GENEX,
        "BUILD_HANDLER ale ale",
        "BUILD_HANDLER ale ade",
        "handle_ale does not lead to do_ale()",
    ),
    "loongarch: CRMD is written": (
        LOONGARCH_FRAME,
        "\tLONG_S\tra, sp, PT_ERA\n",
        "\tLONG_S\tra, sp, PT_ERA\n\tli.w\tt0, CSR_CRMD_IE\n\tcsrxchg\tt0, t0, LOONGARCH_CSR_CRMD\n",
        "what `csrxchg t0,t0,LOONGARCH_CSR_CRMD` does is not known",
    ),
    "loongarch: no return": (LOONGARCH_FRAME, "\tertn\n", "", f"{LOONGARCH} ends"),
    "arm64: another priority": (
        ARM64,
        "#GIC_PRIO_IRQON | GIC_PRIO_PSR_I_SET",
        "#GIC_PRIO_IRQON",
        "what `msr_s SYS_ICC_PMR_EL1,x20` does is not known",
    ),
    "arm64: a new task without the way out": (
        ARM64,
        "\tbl\tasm_exit_to_user_mode\n",
        "\tnop\n",
        "ret_from_fork does not lead to asm_exit_to_user_mode()",
    ),
    "riscv: another bit of sstatus": (
        RISCV,
        "\tli t0, SR_SUM | SR_FS_VS\n",
        "\tli t0, SR_SUM | SR_IE\n",
        "what `csrrc s1,CSR_STATUS,t0` does is not known",
    ),
    "riscv: no handler": (RISCV, "2:\tjalr t1\n", "2:\tnop\n", "handle_exception does not lead to do_page_fault()"),
    "riscv: an interrupt without its handler": (
        RISCV,
        "\tcall do_irq\n",
        "\tnop\n",
        "handle_exception does not lead to do_irq()",
    ),
    "mips: another value in Status": (
        MIPS_FRAME,
        "\t\txori\tt0, STATMASK & ~1\n",
        "\t\txori\tt0, 7\n",
        "what `mtc0 t0,CP0_STATUS` does is not known",
    ),
}
"""The same, where it is not known any more what a path does: the reason."""


@pytest.mark.parametrize("mutation", UNREAD.values(), ids=UNREAD.keys())
def test_what_is_not_known_any_more_is_not_read(mutation: tuple[str, str, str, str]) -> None:
    file, old, new, why = mutation
    text = text_of(TREE_RELEASE, file)
    assert text is not None
    assert old in text
    paths = read_tree(TREE_RELEASE, file.split("/")[1], {file: text.replace(old, new)}).paths
    reasons = {each.reason for each in paths if each.how is How.UNREAD}
    assert f"it begins in assembly: {why}" in reasons


def test_a_step_that_a_handler_lacks_is_told_of_at_the_handler() -> None:
    """And not where assembly goes on behind it, which is right, and the same for all handlers."""
    file = "arch/mips/kernel/traps.c"
    text = text_of(TREE_RELEASE, file) or ""
    begin = text.index("asmlinkage void do_ov(struct pt_regs *regs)")
    end = text.index("\n}\n", begin)
    body = "".join(line for line in text[begin:end].splitlines(keepends=True) if "prev_state" not in line)
    changed = f"{text[:begin]}{body}}}\n{text[end + 3 :]}"
    told = findings(read_tree(TREE_RELEASE, "mips", {file: changed}))
    (found,) = (each for each in told if each.rule == "spec-mismatch")
    assert (found.span.file, found.span.line) == (file, text.count("\n", 0, begin) + 1)
    assert "where the spec has `exception_enter`, in `overflow`" in found.message
