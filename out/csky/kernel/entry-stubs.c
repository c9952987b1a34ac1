// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Entry paths of csky, for Linux 6.12: every way into the kernel
 * and back, in the order of calls that the verifier has seen.
 *
 * Generated from csky.yaml; do not edit, but change it and run:
 *	gen render csky.yaml
 */
#include <asm/context_tracking.h>
#include <asm/ptrace.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/sched.h>

/*
 * from user mode to KERNEL; the macro reads EPSR.S, which says what pt_regs says
 * context_tracking in arch/csky/kernel/entry.S
 */
static __always_inline void csky_ct_context_tracking(struct pt_regs *regs)
{
	if (user_mode(regs))
		csky_ct_user_exit_callable();
}

/*
 * the interrupt itself: irq_enter() and irq_exit() around the controller's handler
 * generic_handle_arch_irq in kernel/irq/handle.c
 */
static __always_inline void csky_ct_irq_handler(struct pt_regs *regs)
{
	ct_irq_enter();
	irq_enter_rcu();
	csky_ct_handle_arch_irq(regs);
	irq_exit_rcu();
	ct_irq_exit();
}

/*
 * exit_work: work before the return to user mode, in the KERNEL state
 * exit_work in arch/csky/kernel/entry.S
 */
static __always_inline void csky_ct_task_work(struct pt_regs *regs)
{
	while (csky_ct_work_pending(regs)) {
		if (need_resched()) {
			schedule();
		} else {
			csky_ct_unmask(CSKY_CT_IRQ);
			csky_ct_do_notify_resume(regs);
		}
		csky_ct_mask(CSKY_CT_IRQ);
	}
}

/*
 * PREEMPTION: reached on the way to user mode too, whatever TIF_NEED_RESCHED and PSR.IE say
 * ret_from_exception in arch/csky/kernel/entry.S
 */
static __always_inline void csky_ct_kernel_return(struct pt_regs *regs)
{
	if (csky_ct_may_preempt(regs))
		preempt_schedule_irq();
}

/*
 * the way out of everything
 * ret_from_exception in arch/csky/kernel/entry.S
 */
static __always_inline void csky_ct_ret_from_exception(struct pt_regs *regs)
{
	csky_ct_mask(CSKY_CT_IRQ);
	if (user_mode(regs)) {
		csky_ct_task_work(regs);
		csky_ct_user_enter_callable();
	}
	csky_ct_kernel_return(regs);
	if (csky_ct_irqs_were_on(regs))
		trace_hardirqs_on();
}

/*
 * system call, trap 0
 * csky_systemcall in arch/csky/kernel/entry.S
 */
asmlinkage void csky_ct_syscall(struct pt_regs *regs)
{
	csky_ct_context_tracking(regs);
	csky_ct_unmask(CSKY_CT_IRQ);
	if (csky_ct_syscall_known(regs)) {
		if (csky_ct_syscall_work(regs)) {
			csky_ct_syscall_trace_enter(regs);
			if (csky_ct_syscall_allowed(regs))
				csky_ct_syscall_function(regs);
			csky_ct_syscall_trace_exit(regs);
		} else {
			csky_ct_syscall_function(regs);
		}
	}
	csky_ct_ret_from_exception(regs);
}

/*
 * TLB invalid on load or store, TLB modified
 * csky_pagefault in arch/csky/kernel/entry.S
 */
asmlinkage void csky_ct_page_fault(struct pt_regs *regs)
{
	csky_ct_context_tracking(regs);
	csky_ct_csky_cmpxchg_fixup(regs);
	if (csky_ct_vmalloc_address(regs)) {
		if (user_mode(regs))
			csky_ct_send_sigsegv(regs);
		else
			csky_ct_vmalloc_fault(regs);
	} else {
		if (csky_ct_irqs_were_on(regs))
			csky_ct_unmask(CSKY_CT_IRQ);
		csky_ct_handle_mm_fault(regs);
	}
	csky_ct_ret_from_exception(regs);
}

/*
 * any other exception: alignment, bus, illegal, privilege, trace, trap 1, FPU
 * csky_trap in arch/csky/kernel/entry.S
 */
asmlinkage void csky_ct_exceptions(struct pt_regs *regs)
{
	csky_ct_context_tracking(regs);
	if (user_mode(regs))
		csky_ct_trap_c_user(regs);
	else
		csky_ct_trap_c_kernel(regs);
	csky_ct_ret_from_exception(regs);
}

/*
 * interrupt
 * csky_irq in arch/csky/kernel/entry.S
 */
asmlinkage void csky_ct_irq(struct pt_regs *regs)
{
	csky_ct_context_tracking(regs);
	trace_hardirqs_off();
	csky_ct_irq_handler(regs);
	csky_ct_ret_from_exception(regs);
}

/*
 * trap 2, compare and exchange for user space: no user_exit, and faults on user memory
 * csky_cmpxchg in arch/csky/kernel/atomic.S
 */
asmlinkage void csky_ct_cmpxchg_trap(struct pt_regs *regs)
{
	csky_ct_cmpxchg_user_word(regs);
	if (csky_ct_user_word_faults(regs)) {
		csky_ct_csky_cmpxchg_fixup(regs);
		csky_ct_page_fault_of_trap2(regs);
		csky_ct_kernel_return(regs);
	}
}

/*
 * trap 3, the TLS pointer for user space (ABIv1): a few instructions in the USER state
 * csky_get_tls in arch/csky/kernel/entry.S
 */
asmlinkage void csky_ct_get_tls_trap(struct pt_regs *regs)
{
	csky_ct_read_tls_pointer(regs);
}

/*
 * a new task leaves the kernel for the first time; a kernel thread by ret_from_kernel_thread
 * ret_from_fork in arch/csky/kernel/entry.S
 */
asmlinkage void csky_ct_fork_return(struct pt_regs *regs)
{
	csky_ct_unmask(CSKY_CT_IRQ);
	csky_ct_schedule_tail(regs);
	if (csky_ct_kernel_thread(regs)) {
		csky_ct_kernel_thread_function(regs);
	} else {
		if (csky_ct_syscall_work(regs))
			csky_ct_syscall_trace_exit(regs);
	}
	csky_ct_ret_from_exception(regs);
}
