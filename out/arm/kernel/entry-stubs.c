// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Entry paths of arm, for Linux 6.12: every way into the kernel
 * and back, in the order of calls that the verifier has seen.
 *
 * Generated from arm.yaml; do not edit, but change it and run:
 *	gen render arm.yaml
 */
#include <asm/context_tracking.h>
#include <asm/ptrace.h>
#include <linux/hardirq.h>
#include <linux/instrumentation.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/sched.h>

/*
 * from user mode: tracing, then to KERNEL, with interrupts masked
 * usr_entry in arch/arm/kernel/entry-armv.S
 */
static __always_inline void arm_ct_usr_entry(void)
{
	trace_hardirqs_off();
	arm_ct_user_exit_callable();
}

/*
 * back to the kernel, with interrupts traced as the interrupted code had them
 * svc_exit in arch/arm/kernel/entry-header.S
 */
static __always_inline void arm_ct_svc_exit(struct pt_regs *regs)
{
	arm_ct_mask(ARM_CT_IRQ);
	if (arm_ct_irqs_were_on(regs))
		trace_hardirqs_on();
	else
		trace_hardirqs_off();
}

/*
 * the interrupt itself, on the IRQ stack: irq_enter() and irq_exit() around the handler
 * generic_handle_arch_irq in kernel/irq/handle.c
 */
static __always_inline void arm_ct_irq_handler(struct pt_regs *regs)
{
	ct_irq_enter();
	irq_enter_rcu();
	arm_ct_handle_arch_irq(regs);
	irq_exit_rcu();
	ct_irq_exit();
}

/*
 * FIQ as NMI: nmi_enter(), handlers, nmi_exit(); the state stays
 * handle_fiq_as_nmi in arch/arm/kernel/traps.c
 */
static __always_inline void arm_ct_fiq_as_nmi(struct pt_regs *regs)
{
	arm_ct_handle_fiq_as_nmi(regs);
	__nmi_enter();
	lockdep_hardirq_enter();
	ct_nmi_enter();
	instrumentation_begin();
	arm_ct_ftrace_nmi_enter(regs);
	instrumentation_end();
	arm_ct_fiq_handlers(regs);
	instrumentation_begin();
	arm_ct_ftrace_nmi_exit(regs);
	instrumentation_end();
	ct_nmi_exit();
	lockdep_hardirq_exit();
	__nmi_exit();
	arm_ct_handle_fiq_as_nmi(regs);
}

/*
 * interrupts masked, in whatever state they were
 * ret_slow_syscall in arch/arm/kernel/entry-common.S
 */
static __always_inline void arm_ct_ret_slow_syscall(struct pt_regs *regs)
{
	if (arm_ct_rseq_debug(regs)) {
		arm_ct_unmask(ARM_CT_IRQ);
		arm_ct_do_rseq_syscall(regs);
	}
	arm_ct_mask(ARM_CT_IRQ);
}

/*
 * after a system call that was not traced
 * ret_fast_syscall in arch/arm/kernel/entry-common.S
 */
static __always_inline void arm_ct_ret_fast_syscall(struct pt_regs *regs)
{
	if (arm_ct_rseq_debug(regs))
		arm_ct_do_rseq_syscall(regs);
	arm_ct_mask(ARM_CT_IRQ);
	if (arm_ct_trace_exit(regs)) {
		arm_ct_unmask(ARM_CT_IRQ);
		arm_ct_syscall_trace_exit(regs);
		arm_ct_ret_slow_syscall(regs);
	}
}

/*
 * the system call itself, up to the check for work with interrupts masked
 * local_restart in arch/arm/kernel/entry-common.S
 */
static __always_inline void arm_ct_local_restart(struct pt_regs *regs)
{
	if (arm_ct_syscall_work(regs)) {
		arm_ct_syscall_trace_enter(regs);
		if (arm_ct_syscall_allowed(regs))
			arm_ct_syscall_function(regs);
		else
			arm_ct_unmask(ARM_CT_IRQ);
		arm_ct_syscall_trace_exit(regs);
		arm_ct_ret_slow_syscall(regs);
	} else {
		arm_ct_syscall_function(regs);
		arm_ct_ret_fast_syscall(regs);
	}
}

/*
 * one round of do_work_pending(): plain schedule() in the KERNEL state
 * schedule in arch/arm/kernel/signal.c
 */
static __always_inline void arm_ct_task_work_once(struct pt_regs *regs)
{
	if (need_resched()) {
		schedule();
	} else {
		arm_ct_unmask(ARM_CT_IRQ);
		arm_ct_do_signal_and_resume_work(regs);
	}
	arm_ct_mask(ARM_CT_IRQ);
}

/*
 * the system call again: do_work_pending() returns with interrupts open
 * slow_work_pending in arch/arm/kernel/entry-common.S
 */
static __always_inline void arm_ct_restarts(struct pt_regs *regs)
{
	while (arm_ct_restart_syscall(regs)) {
		trace_hardirqs_off();
		while (arm_ct_work_pending(regs))
			arm_ct_task_work_once(regs);
		arm_ct_unmask(ARM_CT_IRQ);
		arm_ct_do_signal_and_resume_work(regs);
		arm_ct_local_restart(regs);
	}
}

/*
 * work before the return to user mode, in do_work_pending()
 * slow_work_pending in arch/arm/kernel/entry-common.S
 */
static __always_inline void arm_ct_task_work(struct pt_regs *regs)
{
	if (arm_ct_work_pending(regs)) {
		trace_hardirqs_off();
		arm_ct_task_work_once(regs);
		while (arm_ct_work_pending(regs))
			arm_ct_task_work_once(regs);
	}
}

/*
 * with GCC_PLUGIN_STACKLEAK: in the USER state, but noinstr
 * stackleak_erase_on_task_stack in arch/arm/kernel/entry-common.S
 */
static __always_inline void arm_ct_erase_stack(struct pt_regs *regs)
{
	arm_ct_stackleak_erase_on_task_stack(regs);
}

/*
 * to user mode: tracing, then KERNEL to USER, then the registers
 * no_work_pending in arch/arm/kernel/entry-common.S
 */
static __always_inline void arm_ct_no_work_pending(struct pt_regs *regs)
{
	trace_hardirqs_on();
	arm_ct_user_enter_callable();
	arm_ct_erase_stack(regs);
}

/*
 * the way out with interrupts masked already
 * ret_to_user_from_irq in arch/arm/kernel/entry-common.S
 */
static __always_inline void arm_ct_ret_to_user_from_irq(struct pt_regs *regs)
{
	arm_ct_restarts(regs);
	arm_ct_task_work(regs);
	arm_ct_no_work_pending(regs);
}

/*
 * the way out of every exception from user mode (ret_from_exception), and of a new task
 * ret_to_user in arch/arm/kernel/entry-common.S
 */
static __always_inline void arm_ct_ret_to_user(struct pt_regs *regs)
{
	arm_ct_ret_slow_syscall(regs);
	arm_ct_ret_to_user_from_irq(regs);
}

/*
 * system call, EABI and OABI: interrupts are open before user_exit
 * vector_swi in arch/arm/kernel/entry-common.S
 */
asmlinkage void noinstr arm_ct_syscall(struct pt_regs *regs)
{
	trace_hardirqs_on();
	arm_ct_unmask(ARM_CT_IRQ);
	arm_ct_user_exit_callable();
	if (arm_ct_swi_read(regs)) {
		arm_ct_read_swi_instruction(regs);
		if (arm_ct_swi_unreadable(regs)) {
			arm_ct_ret_fast_syscall(regs);
			arm_ct_ret_to_user_from_irq(regs);
			return;
		}
	}
	arm_ct_local_restart(regs);
	arm_ct_ret_to_user_from_irq(regs);
}

/*
 * data abort from user mode: page fault, alignment, watchpoint, imprecise abort
 * __dabt_usr in arch/arm/kernel/entry-armv.S
 */
asmlinkage void noinstr arm_ct_page_fault_data(struct pt_regs *regs)
{
	arm_ct_usr_entry();
	arm_ct_kuser_cmpxchg_check(regs);
	arm_ct_inherit(regs, ARM_CT_IRQ);
	arm_ct_do_data_abort_user(regs);
	arm_ct_ret_to_user(regs);
}

/*
 * prefetch abort from user mode: page fault, BKPT, hardware breakpoint
 * __pabt_usr in arch/arm/kernel/entry-armv.S
 */
asmlinkage void noinstr arm_ct_page_fault_insn(struct pt_regs *regs)
{
	arm_ct_usr_entry();
	arm_ct_inherit(regs, ARM_CT_IRQ);
	arm_ct_do_prefetch_abort_user(regs);
	arm_ct_ret_to_user(regs);
}

/*
 * undefined instruction from user mode: VFP, NEON, emulators, breakpoints, a signal
 * __und_usr in arch/arm/kernel/entry-armv.S
 */
asmlinkage void noinstr arm_ct_undef(struct pt_regs *regs)
{
	arm_ct_usr_entry();
	trace_hardirqs_on();
	arm_ct_unmask(ARM_CT_IRQ);
	if (arm_ct_asm_dispatch(regs)) {
		arm_ct_call_fpe(regs);
		if (arm_ct_dispatched(regs)) {
			arm_ct_ret_to_user(regs);
			return;
		}
	}
	arm_ct_do_undefinstr_user(regs);
	arm_ct_ret_to_user(regs);
}

/*
 * IRQ from user mode
 * __irq_usr in arch/arm/kernel/entry-armv.S
 */
asmlinkage void noinstr arm_ct_irq(struct pt_regs *regs)
{
	arm_ct_usr_entry();
	arm_ct_kuser_cmpxchg_check(regs);
	arm_ct_irq_handler(regs);
	arm_ct_ret_to_user_from_irq(regs);
}

/*
 * FIQ from user mode: neither user_exit nor work on the way out
 * __fiq_usr in arch/arm/kernel/entry-armv.S
 */
asmlinkage void arm_ct_fiq(struct pt_regs *regs)
{
	arm_ct_kuser_cmpxchg_check(regs);
	arm_ct_fiq_as_nmi(regs);
}

/*
 * data abort from the kernel: user access, alignment, vmalloc, oops; never preempts
 * __dabt_svc in arch/arm/kernel/entry-armv.S
 */
asmlinkage void noinstr arm_ct_kernel_abort(struct pt_regs *regs)
{
	trace_hardirqs_off();
	arm_ct_inherit(regs, ARM_CT_IRQ);
	arm_ct_do_data_abort_kernel(regs);
	arm_ct_svc_exit(regs);
}

/*
 * prefetch abort from the kernel: hardware breakpoint, BKPT, oops
 * __pabt_svc in arch/arm/kernel/entry-armv.S
 */
asmlinkage void noinstr arm_ct_kernel_abort_insn(struct pt_regs *regs)
{
	trace_hardirqs_off();
	arm_ct_inherit(regs, ARM_CT_IRQ);
	arm_ct_do_prefetch_abort_kernel(regs);
	arm_ct_svc_exit(regs);
}

/*
 * undefined instruction from the kernel: kprobe, BUG, VFP; interrupts stay masked
 * __und_svc in arch/arm/kernel/entry-armv.S
 */
asmlinkage void noinstr arm_ct_kernel_undef(struct pt_regs *regs)
{
	trace_hardirqs_off();
	arm_ct_do_undefinstr_kernel(regs);
	arm_ct_svc_exit(regs);
}

/*
 * imprecise external abort in the kernel, by the vector of the data abort
 * do_DataAbort in arch/arm/mm/fault.c
 */
asmlinkage void arm_ct_kernel_external_abort(struct pt_regs *regs)
{
	trace_hardirqs_off();
	arm_ct_board_abort_handler(regs);
	if (arm_ct_abort_explained(regs)) {
		arm_ct_svc_exit(regs);
		return;
	}
	panic("fatal exception in %s", __func__);
}

/*
 * IRQ from the kernel, also in the window of a system call; preempts
 * __irq_svc in arch/arm/kernel/entry-armv.S
 */
asmlinkage void noinstr arm_ct_kernel_irq(struct pt_regs *regs)
{
	trace_hardirqs_off();
	arm_ct_irq_handler(regs);
	if (arm_ct_may_preempt(regs)) {
		if (need_resched()) {
			preempt_schedule_irq();
			while (need_resched())
				preempt_schedule_irq();
		}
	}
	trace_hardirqs_on();
}

/*
 * FIQ from the kernel; in abort mode __fiq_abt does the same
 * __fiq_svc in arch/arm/kernel/entry-armv.S
 */
asmlinkage void arm_ct_kernel_fiq(struct pt_regs *regs)
{
	arm_ct_fiq_as_nmi(regs);
}

/*
 * stack overflow in the kernel, with VMAP_STACK: dies on the overflow stack
 * __bad_stack in arch/arm/kernel/entry-armv.S
 */
asmlinkage void noinstr arm_ct_kernel_badstack(struct pt_regs *regs)
{
	trace_hardirqs_off();
	arm_ct_handle_bad_stack(regs);
	panic("fatal exception in %s", __func__);
}

/*
 * an exception in a mode that nothing runs in: panics
 * common_invalid in arch/arm/kernel/entry-armv.S
 */
asmlinkage void noinstr arm_ct_kernel_bad_mode(struct pt_regs *regs)
{
	arm_ct_bad_mode(regs);
	panic("fatal exception in %s", __func__);
}

/*
 * a new task leaves the kernel for the first time
 * ret_from_fork in arch/arm/kernel/entry-common.S
 */
asmlinkage void noinstr arm_ct_fork_return(struct pt_regs *regs)
{
	arm_ct_unmask(ARM_CT_IRQ);
	arm_ct_schedule_tail(regs);
	if (arm_ct_kernel_thread(regs))
		arm_ct_kernel_thread_function(regs);
	arm_ct_ret_to_user(regs);
}
