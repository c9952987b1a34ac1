// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Entry paths of riscv, for Linux 6.12: every way into the kernel
 * and back, in the order of calls that the verifier has seen.
 *
 * Generated from riscv.yaml; do not edit, but change it and run:
 *	gen render riscv.yaml
 */
#include <asm/context_tracking.h>
#include <asm/ptrace.h>
#include <linux/ftrace.h>
#include <linux/hardirq.h>
#include <linux/instrumentation.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/sched.h>

/*
 * the stub before any handler: registers saved, vector bookkeeping
 * handle_exception in arch/riscv/kernel/entry.S
 */
static __always_inline void riscv_ct_entry_asm(struct pt_regs *regs)
{
	riscv_ct_riscv_v_context_nesting_start(regs);
}

/*
 * the stub after every handler: vector bookkeeping, registers restored, sret
 * ret_from_exception in arch/riscv/kernel/entry.S
 */
static __always_inline void riscv_ct_exit_asm(struct pt_regs *regs)
{
	if (user_mode(regs))
		riscv_ct_stackleak_erase_on_task_stack(regs);
	riscv_ct_riscv_v_context_nesting_end(regs);
}

/*
 * from user mode: lockdep, then USER to KERNEL, then tracing
 * enter_from_user_mode in include/linux/entry-common.h
 */
static __always_inline void riscv_ct_enter_from_user_mode(void)
{
	lockdep_hardirqs_off(CALLER_ADDR0);
	riscv_ct_user_exit_irqoff();
	instrumentation_begin();
	trace_hardirqs_off_finish();
	instrumentation_end();
}

/*
 * work before the return to user mode, in the KERNEL state
 * exit_to_user_mode_loop in kernel/entry/common.c
 */
static __always_inline void riscv_ct_task_work(struct pt_regs *regs)
{
	while (riscv_ct_exit_work(regs)) {
		riscv_ct_unmask(RISCV_CT_IRQ);
		if (need_resched())
			schedule();
		if (riscv_ct_uprobe_pending(regs))
			riscv_ct_uprobe_notify_resume(regs);
		if (riscv_ct_signal_pending(regs))
			riscv_ct_arch_do_signal_or_restart(regs);
		if (riscv_ct_notify_resume(regs))
			riscv_ct_resume_user_mode_work(regs);
		riscv_ct_mask(RISCV_CT_IRQ);
		riscv_ct_tick_nohz_user_enter_prepare(regs);
	}
}

/*
 * the last work before user_enter, with interrupts masked
 * exit_to_user_mode_prepare in include/linux/entry-common.h
 */
static __always_inline void riscv_ct_exit_to_user_mode_prepare(struct pt_regs *regs)
{
	riscv_ct_tick_nohz_user_enter_prepare(regs);
	riscv_ct_task_work(regs);
	if (riscv_ct_v_restore_deferred(regs))
		riscv_ct_riscv_v_vstate_restore(regs);
	riscv_ct_lockdep_sys_exit(regs);
}

/*
 * to user mode: tracing, then KERNEL to USER, then lockdep
 * exit_to_user_mode in include/linux/entry-common.h
 */
static __always_inline void riscv_ct_exit_to_user_mode(void)
{
	instrumentation_begin();
	trace_hardirqs_on_prepare();
	lockdep_hardirqs_on_prepare();
	instrumentation_end();
	riscv_ct_user_enter_irqoff();
	lockdep_hardirqs_on(CALLER_ADDR0);
}

/*
 * system call entry: state, interrupts on, tracers
 * syscall_enter_from_user_mode in include/linux/entry-common.h
 */
static __always_inline void riscv_ct_syscall_enter_from_user_mode(struct pt_regs *regs)
{
	riscv_ct_enter_from_user_mode();
	instrumentation_begin();
	riscv_ct_unmask(RISCV_CT_IRQ);
	riscv_ct_syscall_trace_enter(regs);
	instrumentation_end();
}

/*
 * system call exit: tracers, interrupts off, work, state
 * syscall_exit_to_user_mode in kernel/entry/common.c
 */
static __always_inline void riscv_ct_syscall_exit_to_user_mode(struct pt_regs *regs)
{
	instrumentation_begin();
	riscv_ct_syscall_exit_work(regs);
	riscv_ct_mask(RISCV_CT_IRQ);
	riscv_ct_exit_to_user_mode_prepare(regs);
	instrumentation_end();
	riscv_ct_exit_to_user_mode();
}

/*
 * exception or interrupt exit to user mode
 * irqentry_exit_to_user_mode in kernel/entry/common.c
 */
static __always_inline void riscv_ct_irqentry_exit_to_user_mode(struct pt_regs *regs)
{
	instrumentation_begin();
	riscv_ct_exit_to_user_mode_prepare(regs);
	instrumentation_end();
	riscv_ct_exit_to_user_mode();
}

/*
 * from user mode USER to KERNEL; from the kernel RCU is told only about the idle task
 * irqentry_enter in kernel/entry/common.c
 */
static __always_inline void riscv_ct_irqentry_enter(struct pt_regs *regs)
{
	if (user_mode(regs)) {
		riscv_ct_enter_from_user_mode();
	} else {
		if (is_idle_task(current)) {
			lockdep_hardirqs_off(CALLER_ADDR0);
			ct_irq_enter();
			instrumentation_begin();
			trace_hardirqs_off_finish();
			instrumentation_end();
		} else {
			lockdep_hardirqs_off(CALLER_ADDR0);
			instrumentation_begin();
			riscv_ct_rcu_irq_enter_check_tick(regs);
			trace_hardirqs_off_finish();
			instrumentation_end();
		}
	}
}

/*
 * back to user mode, or to the kernel with preemption where interrupts were on
 * irqentry_exit in kernel/entry/common.c
 */
static __always_inline void riscv_ct_irqentry_exit(struct pt_regs *regs)
{
	if (user_mode(regs)) {
		riscv_ct_irqentry_exit_to_user_mode(regs);
	} else {
		if (riscv_ct_irqs_were_on(regs)) {
			if (is_idle_task(current)) {
				instrumentation_begin();
				trace_hardirqs_on_prepare();
				lockdep_hardirqs_on_prepare();
				instrumentation_end();
				ct_irq_exit();
				lockdep_hardirqs_on(CALLER_ADDR0);
			} else {
				instrumentation_begin();
				if (riscv_ct_may_preempt(regs)) {
					if (need_resched())
						preempt_schedule_irq();
				}
				trace_hardirqs_on();
				instrumentation_end();
			}
		} else {
			if (is_idle_task(current))
				ct_irq_exit();
		}
	}
}

/*
 * NMI-like entry: RCU watches, the state stays
 * irqentry_nmi_enter in kernel/entry/common.c
 */
static __always_inline void riscv_ct_irqentry_nmi_enter(void)
{
	__nmi_enter();
	lockdep_hardirqs_off(CALLER_ADDR0);
	lockdep_hardirq_enter();
	ct_nmi_enter();
	instrumentation_begin();
	trace_hardirqs_off_finish();
	instrumentation_end();
}

/*
 * NMI-like exit
 * irqentry_nmi_exit in kernel/entry/common.c
 */
static __always_inline void riscv_ct_irqentry_nmi_exit(struct pt_regs *regs)
{
	instrumentation_begin();
	if (riscv_ct_lockdep_was_on(regs)) {
		trace_hardirqs_on_prepare();
		lockdep_hardirqs_on_prepare();
	}
	instrumentation_end();
	ct_nmi_exit();
	lockdep_hardirq_exit();
	if (riscv_ct_lockdep_was_on(regs))
		lockdep_hardirqs_on(CALLER_ADDR0);
	__nmi_exit();
}

/*
 * system call, ecall from user mode
 * do_trap_ecall_u in arch/riscv/kernel/traps.c
 */
asmlinkage void noinstr riscv_ct_syscall(struct pt_regs *regs)
{
	riscv_ct_entry_asm(regs);
	riscv_ct_riscv_v_vstate_discard(regs);
	riscv_ct_syscall_enter_from_user_mode(regs);
	riscv_ct_syscall_handler(regs);
	riscv_ct_choose_random_kstack_offset(regs);
	riscv_ct_syscall_exit_to_user_mode(regs);
	riscv_ct_exit_asm(regs);
}

/*
 * page fault: instruction, load or store
 * do_page_fault in arch/riscv/kernel/traps.c
 */
asmlinkage void noinstr riscv_ct_page_fault(struct pt_regs *regs)
{
	riscv_ct_entry_asm(regs);
	if (riscv_ct_cip_453(regs))
		riscv_ct_sifive_cip_453_page_fault_trp(regs);
	riscv_ct_irqentry_enter(regs);
	riscv_ct_inherit(regs, RISCV_CT_IRQ);
	riscv_ct_handle_page_fault(regs);
	riscv_ct_mask(RISCV_CT_IRQ);
	riscv_ct_irqentry_exit(regs);
	riscv_ct_exit_asm(regs);
}

/*
 * page fault of the kernel that a new vmalloc mapping explains: sfence.vma and sret, no C
 * new_vmalloc_check in arch/riscv/kernel/entry.S
 */
asmlinkage void noinstr riscv_ct_vmalloc_fault(struct pt_regs *regs)
{
	riscv_ct_new_vmalloc_check(regs);
}

/*
 * interrupt, on the IRQ stack where there is one
 * do_irq in arch/riscv/kernel/traps.c
 */
asmlinkage void noinstr riscv_ct_irq(struct pt_regs *regs)
{
	riscv_ct_entry_asm(regs);
	riscv_ct_irqentry_enter(regs);
	irq_enter_rcu();
	riscv_ct_handle_arch_irq(regs);
	irq_exit_rcu();
	riscv_ct_irqentry_exit(regs);
	riscv_ct_exit_asm(regs);
}

/*
 * unknown, access fault, misaligned instruction, ecall from S-mode or M-mode
 * DO_ERROR_INFO in arch/riscv/kernel/traps.c
 */
asmlinkage void noinstr riscv_ct_exceptions(struct pt_regs *regs)
{
	riscv_ct_entry_asm(regs);
	if (riscv_ct_cip_453(regs))
		riscv_ct_sifive_cip_453_insn_fault_trp(regs);
	if (user_mode(regs)) {
		riscv_ct_enter_from_user_mode();
		riscv_ct_unmask(RISCV_CT_IRQ);
		riscv_ct_do_trap_error(regs);
		riscv_ct_mask(RISCV_CT_IRQ);
		riscv_ct_irqentry_exit_to_user_mode(regs);
	} else {
		riscv_ct_irqentry_nmi_enter();
		riscv_ct_do_trap_error_in_kernel(regs);
		riscv_ct_irqentry_nmi_exit(regs);
	}
	riscv_ct_exit_asm(regs);
}

/*
 * illegal instruction, and the first vector instruction of a task
 * do_trap_insn_illegal in arch/riscv/kernel/traps.c
 */
asmlinkage void noinstr riscv_ct_undef(struct pt_regs *regs)
{
	riscv_ct_entry_asm(regs);
	if (user_mode(regs)) {
		riscv_ct_enter_from_user_mode();
		riscv_ct_unmask(RISCV_CT_IRQ);
		riscv_ct_riscv_v_first_use_handler(regs);
		if (riscv_ct_trap_unhandled(regs))
			riscv_ct_do_trap_error(regs);
		riscv_ct_mask(RISCV_CT_IRQ);
		riscv_ct_irqentry_exit_to_user_mode(regs);
	} else {
		riscv_ct_irqentry_nmi_enter();
		riscv_ct_do_trap_error_in_kernel(regs);
		riscv_ct_irqentry_nmi_exit(regs);
	}
	riscv_ct_exit_asm(regs);
}

/*
 * misaligned load or store, emulated; do_trap_misaligned is not noinstr
 * do_trap_misaligned in arch/riscv/kernel/traps.c
 */
asmlinkage void riscv_ct_unaligned(struct pt_regs *regs)
{
	riscv_ct_entry_asm(regs);
	riscv_ct_do_trap_misaligned(regs);
	if (user_mode(regs)) {
		riscv_ct_enter_from_user_mode();
		riscv_ct_unmask(RISCV_CT_IRQ);
		riscv_ct_misaligned_handler(regs);
		if (riscv_ct_trap_unhandled(regs))
			riscv_ct_do_trap_error(regs);
		riscv_ct_mask(RISCV_CT_IRQ);
		riscv_ct_irqentry_exit_to_user_mode(regs);
	} else {
		riscv_ct_irqentry_nmi_enter();
		riscv_ct_misaligned_handler_in_kernel(regs);
		if (riscv_ct_trap_unhandled(regs))
			riscv_ct_do_trap_error_in_kernel(regs);
		riscv_ct_irqentry_nmi_exit(regs);
	}
	riscv_ct_do_trap_misaligned(regs);
	riscv_ct_exit_asm(regs);
}

/*
 * ebreak: uprobe, kprobe, WARN, BUG, kgdb
 * do_trap_break in arch/riscv/kernel/traps.c
 */
asmlinkage void noinstr riscv_ct_debug_brk(struct pt_regs *regs)
{
	riscv_ct_entry_asm(regs);
	if (user_mode(regs)) {
		riscv_ct_enter_from_user_mode();
		riscv_ct_unmask(RISCV_CT_IRQ);
		riscv_ct_handle_break(regs);
		riscv_ct_mask(RISCV_CT_IRQ);
		riscv_ct_irqentry_exit_to_user_mode(regs);
	} else {
		riscv_ct_irqentry_nmi_enter();
		riscv_ct_handle_break_in_kernel(regs);
		riscv_ct_irqentry_nmi_exit(regs);
	}
	riscv_ct_exit_asm(regs);
}

/*
 * stack overflow in the kernel, on a stack of its own; no RCU bookkeeping
 * handle_bad_stack in arch/riscv/kernel/traps.c
 */
asmlinkage void riscv_ct_kernel_badstack(struct pt_regs *regs)
{
	riscv_ct_show_bad_stack(regs);
	panic("fatal exception in %s", __func__);
}

/*
 * a new task leaves the kernel for the first time
 * ret_from_fork in arch/riscv/kernel/entry.S
 */
asmlinkage void noinstr riscv_ct_fork_return(struct pt_regs *regs)
{
	riscv_ct_unmask(RISCV_CT_IRQ);
	riscv_ct_schedule_tail(regs);
	if (riscv_ct_kernel_thread(regs))
		riscv_ct_kernel_thread_function(regs);
	riscv_ct_syscall_exit_to_user_mode(regs);
	riscv_ct_exit_asm(regs);
}
