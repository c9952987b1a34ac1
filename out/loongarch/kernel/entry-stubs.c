// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Entry paths of loongarch, for Linux 6.12: every way into the kernel
 * and back, in the order of calls that the verifier has seen.
 *
 * Generated from loongarch.yaml; do not edit, but change it and run:
 *	gen render loongarch.yaml
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
 * from user mode: lockdep, then USER to KERNEL, then tracing
 * enter_from_user_mode in include/linux/entry-common.h
 */
static __always_inline void loongarch_ct_enter_from_user_mode(void)
{
	lockdep_hardirqs_off(CALLER_ADDR0);
	loongarch_ct_user_exit_irqoff();
	instrumentation_begin();
	trace_hardirqs_off_finish();
	instrumentation_end();
}

/*
 * work before the return to user mode, in the KERNEL state
 * exit_to_user_mode_loop in kernel/entry/common.c
 */
static __always_inline void loongarch_ct_task_work(struct pt_regs *regs)
{
	while (loongarch_ct_exit_work(regs)) {
		loongarch_ct_unmask(LOONGARCH_CT_IRQ);
		if (need_resched())
			schedule();
		if (loongarch_ct_uprobe_pending(regs))
			loongarch_ct_uprobe_notify_resume(regs);
		if (loongarch_ct_signal_pending(regs))
			loongarch_ct_arch_do_signal_or_restart(regs);
		if (loongarch_ct_notify_resume(regs))
			loongarch_ct_resume_user_mode_work(regs);
		loongarch_ct_mask(LOONGARCH_CT_IRQ);
		loongarch_ct_tick_nohz_user_enter_prepare(regs);
	}
}

/*
 * the last work before user_enter, with interrupts masked
 * exit_to_user_mode_prepare in include/linux/entry-common.h
 */
static __always_inline void loongarch_ct_exit_to_user_mode_prepare(struct pt_regs *regs)
{
	loongarch_ct_tick_nohz_user_enter_prepare(regs);
	loongarch_ct_task_work(regs);
	loongarch_ct_lockdep_sys_exit(regs);
}

/*
 * to user mode: tracing, then KERNEL to USER, then lockdep
 * exit_to_user_mode in include/linux/entry-common.h
 */
static __always_inline void loongarch_ct_exit_to_user_mode(void)
{
	instrumentation_begin();
	trace_hardirqs_on_prepare();
	lockdep_hardirqs_on_prepare();
	instrumentation_end();
	loongarch_ct_user_enter_irqoff();
	lockdep_hardirqs_on(CALLER_ADDR0);
}

/*
 * system call entry: state, interrupts on, tracers
 * syscall_enter_from_user_mode in include/linux/entry-common.h
 */
static __always_inline void loongarch_ct_syscall_enter_from_user_mode(struct pt_regs *regs)
{
	loongarch_ct_enter_from_user_mode();
	instrumentation_begin();
	loongarch_ct_unmask(LOONGARCH_CT_IRQ);
	loongarch_ct_syscall_trace_enter(regs);
	instrumentation_end();
}

/*
 * system call exit: tracers, interrupts off, work, state
 * syscall_exit_to_user_mode in kernel/entry/common.c
 */
static __always_inline void loongarch_ct_syscall_exit_to_user_mode(struct pt_regs *regs)
{
	instrumentation_begin();
	loongarch_ct_syscall_exit_work(regs);
	loongarch_ct_mask(LOONGARCH_CT_IRQ);
	loongarch_ct_exit_to_user_mode_prepare(regs);
	instrumentation_end();
	loongarch_ct_exit_to_user_mode();
}

/*
 * exception or interrupt exit to user mode
 * irqentry_exit_to_user_mode in kernel/entry/common.c
 */
static __always_inline void loongarch_ct_irqentry_exit_to_user_mode(struct pt_regs *regs)
{
	instrumentation_begin();
	loongarch_ct_exit_to_user_mode_prepare(regs);
	instrumentation_end();
	loongarch_ct_exit_to_user_mode();
}

/*
 * from user mode USER to KERNEL; from the kernel RCU is told only about the idle task
 * irqentry_enter in kernel/entry/common.c
 */
static __always_inline void loongarch_ct_irqentry_enter(struct pt_regs *regs)
{
	if (user_mode(regs)) {
		loongarch_ct_enter_from_user_mode();
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
			loongarch_ct_rcu_irq_enter_check_tick(regs);
			trace_hardirqs_off_finish();
			instrumentation_end();
		}
	}
}

/*
 * back to user mode, or to the kernel with preemption where interrupts were on
 * irqentry_exit in kernel/entry/common.c
 */
static __always_inline void loongarch_ct_irqentry_exit(struct pt_regs *regs)
{
	if (user_mode(regs)) {
		loongarch_ct_irqentry_exit_to_user_mode(regs);
	} else {
		if (loongarch_ct_irqs_were_on(regs)) {
			if (is_idle_task(current)) {
				instrumentation_begin();
				trace_hardirqs_on_prepare();
				lockdep_hardirqs_on_prepare();
				instrumentation_end();
				ct_irq_exit();
				lockdep_hardirqs_on(CALLER_ADDR0);
			} else {
				instrumentation_begin();
				if (loongarch_ct_may_preempt(regs)) {
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
 * the interrupt itself; do_vint() calls it on the IRQ stack
 * handle_loongarch_irq in arch/loongarch/kernel/traps.c
 */
static __always_inline void loongarch_ct_handle_irq(struct pt_regs *regs)
{
	irq_enter_rcu();
	loongarch_ct_handle_arch_irq(regs);
	irq_exit_rcu();
}

/*
 * system call
 * do_syscall in arch/loongarch/kernel/syscall.c
 */
asmlinkage void noinstr loongarch_ct_syscall(struct pt_regs *regs)
{
	loongarch_ct_syscall_enter_from_user_mode(regs);
	loongarch_ct_syscall_function(regs);
	loongarch_ct_choose_random_kstack_offset(regs);
	loongarch_ct_syscall_exit_to_user_mode(regs);
}

/*
 * page fault: what the TLB handlers cannot settle, and what the page protects
 * do_page_fault in arch/loongarch/mm/fault.c
 */
asmlinkage void loongarch_ct_page_fault(struct pt_regs *regs)
{
	loongarch_ct_do_page_fault(regs);
	loongarch_ct_irqentry_enter(regs);
	if (loongarch_ct_irqs_were_on(regs))
		loongarch_ct_unmask(LOONGARCH_CT_IRQ);
	loongarch_ct_handle_page_fault(regs);
	loongarch_ct_mask(LOONGARCH_CT_IRQ);
	loongarch_ct_irqentry_exit(regs);
	loongarch_ct_do_page_fault(regs);
}

/*
 * TLB refill: from the page table into the TLB, no C
 * handle_tlb_refill in arch/loongarch/mm/tlbex.S
 */
asmlinkage void noinstr loongarch_ct_tlb_refill(struct pt_regs *regs)
{
	loongarch_ct_fill_tlb(regs);
}

/*
 * TLB invalid on load, fetch or store, or modified, with an entry that allows it: no C
 * handle_tlb_load in arch/loongarch/mm/tlbex.S
 */
asmlinkage void noinstr loongarch_ct_tlb_fast(struct pt_regs *regs)
{
	loongarch_ct_tlb_update(regs);
}

/*
 * interrupt, on the IRQ stack
 * do_vint in arch/loongarch/kernel/traps.c
 */
asmlinkage void noinstr loongarch_ct_irq(struct pt_regs *regs)
{
	loongarch_ct_irqentry_enter(regs);
	loongarch_ct_handle_irq(regs);
	loongarch_ct_irqentry_exit(regs);
}

/*
 * floating point exception
 * do_fpe in arch/loongarch/kernel/traps.c
 */
asmlinkage void noinstr loongarch_ct_fpe(struct pt_regs *regs)
{
	loongarch_ct_irqentry_enter(regs);
	loongarch_ct_notify_die(regs);
	if (loongarch_ct_notify_declined(regs)) {
		loongarch_ct_unmask(LOONGARCH_CT_IRQ);
		loongarch_ct_send_sigfpe(regs);
	}
	loongarch_ct_mask(LOONGARCH_CT_IRQ);
	loongarch_ct_irqentry_exit(regs);
}

/*
 * address error: fixup, oops or SIGBUS; interrupts stay masked
 * do_ade in arch/loongarch/kernel/traps.c
 */
asmlinkage void noinstr loongarch_ct_ade(struct pt_regs *regs)
{
	loongarch_ct_irqentry_enter(regs);
	loongarch_ct_address_error(regs);
	loongarch_ct_irqentry_exit(regs);
}

/*
 * misaligned access: emulated with ARCH_STRICT_ALIGN, else an oops or SIGBUS
 * do_ale in arch/loongarch/kernel/traps.c
 */
asmlinkage void noinstr loongarch_ct_unaligned(struct pt_regs *regs)
{
	loongarch_ct_irqentry_enter(regs);
	if (loongarch_ct_strict_align(regs)) {
		if (loongarch_ct_irqs_were_on(regs))
			loongarch_ct_unmask(LOONGARCH_CT_IRQ);
		loongarch_ct_emulate_load_store_insn(regs);
		if (loongarch_ct_irqs_were_on(regs))
			loongarch_ct_mask(LOONGARCH_CT_IRQ);
	} else {
		loongarch_ct_misaligned_access(regs);
	}
	loongarch_ct_irqentry_exit(regs);
}

/*
 * bounds check error
 * do_bce in arch/loongarch/kernel/traps.c
 */
asmlinkage void noinstr loongarch_ct_bce(struct pt_regs *regs)
{
	loongarch_ct_irqentry_enter(regs);
	if (loongarch_ct_irqs_were_on(regs))
		loongarch_ct_unmask(LOONGARCH_CT_IRQ);
	loongarch_ct_bounds_check_error(regs);
	if (loongarch_ct_irqs_were_on(regs))
		loongarch_ct_mask(LOONGARCH_CT_IRQ);
	loongarch_ct_irqentry_exit(regs);
}

/*
 * break: uprobe, kprobe, WARN, BUG, kgdb, division by zero
 * do_bp in arch/loongarch/kernel/traps.c
 */
asmlinkage void noinstr loongarch_ct_debug_brk(struct pt_regs *regs)
{
	loongarch_ct_irqentry_enter(regs);
	if (loongarch_ct_irqs_were_on(regs))
		loongarch_ct_unmask(LOONGARCH_CT_IRQ);
	loongarch_ct_break_instruction(regs);
	if (loongarch_ct_irqs_were_on(regs))
		loongarch_ct_mask(LOONGARCH_CT_IRQ);
	loongarch_ct_irqentry_exit(regs);
}

/*
 * hardware breakpoint or watchpoint, single step; interrupts stay masked
 * do_watch in arch/loongarch/kernel/traps.c
 */
asmlinkage void noinstr loongarch_ct_watch(struct pt_regs *regs)
{
	loongarch_ct_irqentry_enter(regs);
	loongarch_ct_hardware_watchpoint(regs);
	loongarch_ct_irqentry_exit(regs);
}

/*
 * reserved or privileged instruction
 * do_ri in arch/loongarch/kernel/traps.c
 */
asmlinkage void noinstr loongarch_ct_undef(struct pt_regs *regs)
{
	loongarch_ct_irqentry_enter(regs);
	loongarch_ct_unmask(LOONGARCH_CT_IRQ);
	loongarch_ct_notify_die(regs);
	if (loongarch_ct_notify_declined(regs))
		loongarch_ct_send_sigill(regs);
	loongarch_ct_mask(LOONGARCH_CT_IRQ);
	loongarch_ct_irqentry_exit(regs);
}

/*
 * FPU disabled: the first use of it, or the next one after a switch
 * do_fpu in arch/loongarch/kernel/traps.c
 */
asmlinkage void noinstr loongarch_ct_fpu(struct pt_regs *regs)
{
	loongarch_ct_irqentry_enter(regs);
	loongarch_ct_unmask(LOONGARCH_CT_IRQ);
	loongarch_ct_init_restore_fp(regs);
	loongarch_ct_mask(LOONGARCH_CT_IRQ);
	loongarch_ct_irqentry_exit(regs);
}

/*
 * LSX disabled: as for the FPU
 * do_lsx in arch/loongarch/kernel/traps.c
 */
asmlinkage void noinstr loongarch_ct_lsx(struct pt_regs *regs)
{
	loongarch_ct_irqentry_enter(regs);
	loongarch_ct_unmask(LOONGARCH_CT_IRQ);
	loongarch_ct_init_restore_lsx(regs);
	loongarch_ct_mask(LOONGARCH_CT_IRQ);
	loongarch_ct_irqentry_exit(regs);
}

/*
 * LASX disabled: as for the FPU
 * do_lasx in arch/loongarch/kernel/traps.c
 */
asmlinkage void noinstr loongarch_ct_lasx(struct pt_regs *regs)
{
	loongarch_ct_irqentry_enter(regs);
	loongarch_ct_unmask(LOONGARCH_CT_IRQ);
	loongarch_ct_init_restore_lasx(regs);
	loongarch_ct_mask(LOONGARCH_CT_IRQ);
	loongarch_ct_irqentry_exit(regs);
}

/*
 * binary translation disabled: as for the FPU, but it may come inside of a switch
 * do_lbt in arch/loongarch/kernel/traps.c
 */
asmlinkage void noinstr loongarch_ct_lbt(struct pt_regs *regs)
{
	loongarch_ct_irqentry_enter(regs);
	if (loongarch_ct_irqs_were_on(regs))
		loongarch_ct_unmask(LOONGARCH_CT_IRQ);
	loongarch_ct_init_restore_lbt(regs);
	if (loongarch_ct_irqs_were_on(regs))
		loongarch_ct_mask(LOONGARCH_CT_IRQ);
	loongarch_ct_irqentry_exit(regs);
}

/*
 * any other exception: should not happen
 * do_reserved in arch/loongarch/kernel/traps.c
 */
asmlinkage void noinstr loongarch_ct_reserved(struct pt_regs *regs)
{
	loongarch_ct_irqentry_enter(regs);
	loongarch_ct_unmask(LOONGARCH_CT_IRQ);
	loongarch_ct_reserved_exception(regs);
	loongarch_ct_mask(LOONGARCH_CT_IRQ);
	loongarch_ct_irqentry_exit(regs);
}

/*
 * cache error: cache_parity_error() prints and panics
 * except_vec_cex in arch/loongarch/kernel/genex.S
 */
asmlinkage void noinstr loongarch_ct_machine_error(struct pt_regs *regs __always_unused)
{
	panic("fatal exception in %s", __func__);
}

/*
 * a new task leaves the kernel for the first time
 * ret_from_fork in arch/loongarch/kernel/entry.S
 */
asmlinkage void loongarch_ct_fork_return(struct pt_regs *regs)
{
	loongarch_ct_unmask(LOONGARCH_CT_IRQ);
	loongarch_ct_schedule_tail(regs);
	loongarch_ct_syscall_exit_to_user_mode(regs);
}

/*
 * a kernel thread that became a user program leaves the kernel
 * ret_from_kernel_thread in arch/loongarch/kernel/entry.S
 */
asmlinkage void loongarch_ct_kernel_thread_return(struct pt_regs *regs)
{
	loongarch_ct_unmask(LOONGARCH_CT_IRQ);
	loongarch_ct_schedule_tail(regs);
	loongarch_ct_kernel_thread_function(regs);
	loongarch_ct_syscall_exit_to_user_mode(regs);
}
