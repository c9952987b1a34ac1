"""What is known about the kernel's own C, whatever the architecture: data for reading entry code back.

What an architecture's calls mean is in its spec, under `calls`.
"""

from __future__ import annotations

GENERIC_FILES = (
    "include/linux/entry-common.h",
    # Trees of 6.19 and later have what is no matter of system calls in a header of its own, and two C files.
    "include/linux/irq-entry-common.h",
    "kernel/entry/common.c",
    "kernel/entry/syscall-common.c",
)
"""Where the generic entry code is, in whichever of these a tree has: what it exports means the same in any file."""

GENERIC_STEPS: dict[str, tuple[str, ...]] = {
    # include/linux/irqflags.h: an architecture whose macros mask more than the class `irq` says so in its spec.
    "local_irq_enable": ("unmask irq",),
    "raw_local_irq_enable": ("unmask irq",),
    "local_irq_disable": ("mask irq",),
    "raw_local_irq_disable": ("mask irq",),
    # include/linux/hardirq.h, kernel/softirq.c: the older names for several steps at once.
    "irq_enter": ("ct_irq_enter", "irq_enter_rcu"),
    "irq_exit": ("irq_exit_rcu", "ct_irq_exit"),
    "nmi_enter": ("__nmi_enter", "lockdep_hardirq_enter", "ct_nmi_enter"),
    "nmi_exit": ("ct_nmi_exit", "lockdep_hardirq_exit", "__nmi_exit"),
    # Other ways to give the CPU away.
    "cond_resched": ("schedule",),
    "preempt_schedule": ("schedule",),
    "schedule_preempt_disabled": ("schedule",),
    "schedule_timeout": ("schedule",),
}
"""Calls that stand for words of the vocabulary: a word, or `mask` and `unmask` with a class."""

OTHER_NAMES = {
    # kernel/entry/common.c: three spellings by PREEMPT_DYNAMIC, and one function behind them.
    "irqentry_exit_cond_resched": "raw_irqentry_exit_cond_resched",
    "dynamic_irqentry_exit_cond_resched": "raw_irqentry_exit_cond_resched",
}
"""Macros and static calls that come out at one function."""

CALLS_ARGUMENT = {"call_on_irq_stack": 1}
"""Assembly that switches the stack and calls the function in the argument with this number, from 0."""

QUESTIONS: dict[str, tuple[str, bool]] = {
    "user_mode(regs)": ("user_regs", True),
    "interrupts_enabled(regs)": ("irqs_were_on", True),
    "regs_irqs_disabled(regs)": ("irqs_were_on", False),
    "arch_irq_disabled_regs(regs)": ("irqs_were_on", False),
    "need_resched()": ("need_resched", True),
    "is_idle_task(current)": ("idle_task", True),
    # What irqentry_enter() and its like keep for their counterpart.
    "regs->exit_rcu": ("idle_task", True),
    "state.exit_rcu": ("idle_task", True),
}
"""What C asks, without blanks, to the built-in condition and whether a yes of the one is a yes of the other."""

ALWAYS = frozenset({"1", "true", "always_true()"})
"""Questions that are not asked; always_true() of arch/x86/kernel/traps.c is there for objtool."""

NEVER = frozenset({"0", "false"})

PINNED = {"CONFIG_CONTEXT_TRACKING_USER": True, "CONFIG_CONTEXT_TRACKING": True, "CONFIG_TINY_RCU": False}
"""What holds wherever entry code is of interest: without context tracking there are no windows."""

OPPOSITES = {"CONFIG_X86_64": "CONFIG_X86_32", "CONFIG_64BIT": "CONFIG_32BIT", "CONFIG_PPC64": "CONFIG_PPC32"}
"""Symbols of which one excludes the other."""

SILENT_ENDS = frozenset({
    "BUG", "die", "die_if_kernel", "unreachable", "__builtin_unreachable", "do_exit", "make_task_dead", "do_task_dead",
})  # fmt: skip
"""Calls after which nothing runs, where they do not return: an oops of the kernel, the end of a task. A spec may call
that a panic or leave it out."""

TRANSPARENT = frozenset({"likely", "unlikely", "WARN_ON", "WARN_ON_ONCE"})
"""Macros that ask what their argument asks."""

NEVER_TRACED = frozenset({"noinstr", "__noinstr_section", "__always_inline", "inline", "__inline", "nokprobe_inline"})
"""Words of a function's header that keep ftrace and kprobes out, or make it a part of its caller."""

# Calls of no interest. Each is a macro, or inlined, or does nothing in a kernel that is not being debugged; none masks,
# schedules or moves the state, and none can be instrumented where noinstr code uses it.
_NOTHING = {
    "compiler and assembly": """
        READ_ONCE WRITE_ONCE barrier isb dsb mb smp_mb smp_rmb smp_wmb cpu_relax BIT BIT_ULL GENMASK ARRAY_SIZE
        ACCESS_ONCE min max ALIGN ALIGN_DOWN container_of offsetof typeof __builtin_expect likely unlikely IS_ENABLED
        IS_BUILTIN fallthrough __builtin_constant_p __builtin_return_address
    """,
    "an oops: what it does is no business of entry code": "die __die die_if_kernel oops_begin oops_end oops_exit",
    "warnings, which trap": "WARN WARN_ON WARN_ON_ONCE WARN_ONCE BUG_ON CT_WARN_ON RCU_LOCKDEP_WARN VM_BUG_ON",
    "lockdep's assertions and questions": """
        lockdep_assert_irqs_disabled lockdep_assert_irqs_enabled lockdep_assert_preemption_disabled
        lockdep_hardirqs_enabled
    """,
    "questions about the state": """
        ct_state __ct_state context_tracking_enabled context_tracking_enabled_this_cpu rcu_is_watching
        rcu_irq_exit_check_preempt
    """,
    "kmsan, kasan": "kmsan_unpoison_entry_regs kmsan_unpoison_memory kasan_poison",
    "registers and pt_regs": """
        user_mode read_sysreg write_sysreg read_sysreg_s write_sysreg_s read_cr2 read_cr0 instruction_pointer
        interrupts_enabled regs_irqs_disabled user_stack_pointer task_pt_regs csr_read csr_write rdtsc
        ESR_ELx_EC native_save_fl
    """,
    "the current task and CPU": """
        current_thread_info read_thread_flags test_thread_flag set_thread_flag clear_thread_flag is_idle_task
        preempt_count irqs_disabled need_resched smp_processor_id raw_smp_processor_id on_thread_stack
        this_cpu_read this_cpu_write __this_cpu_read __this_cpu_write raw_cpu_read raw_cpu_write this_cpu_ptr
        raw_cpu_ptr per_cpu_ptr this_cpu_inc this_cpu_dec __this_cpu_inc __this_cpu_dec this_cpu_dec_return
        set_irq_regs get_irq_regs current_top_of_stack
    """,
    "patched branches": """
        static_branch_likely static_branch_unlikely static_cpu_has cpu_feature_enabled boot_cpu_has this_cpu_has
        cpus_have_const_cap alternative_has_cap_likely alternative_has_cap_unlikely cpus_have_final_cap
        riscv_has_extension_likely riscv_has_extension_unlikely
    """,
    "atomic_t without instrumentation": """
        raw_atomic_inc raw_atomic_dec raw_atomic_read raw_atomic_set raw_atomic_long_inc arch_atomic_read
        arch_atomic_inc
    """,
    "stack offsets": "add_random_kstack_offset array_index_nospec prefetchw",
    "ftrace's notes about NMIs, inlined": "ftrace_nmi_enter ftrace_nmi_exit",
}

NOTHING = frozenset(name for names in _NOTHING.values() for name in names.split())
"""Names of calls that do nothing of interest."""
