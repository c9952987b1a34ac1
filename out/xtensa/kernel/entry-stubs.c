// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Entry paths of xtensa, for Linux 6.12: every way into the kernel
 * and back, in the order of calls that the verifier has seen.
 *
 * Generated from xtensa.yaml; do not edit, but change it and run:
 *	gen render xtensa.yaml
 */
#include <asm/context_tracking.h>
#include <asm/ptrace.h>
#include <linux/hardirq.h>
#include <linux/instrumentation.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/sched.h>

/*
 * an exception: PS.INTLEVEL as it was, tracing where it was not 0, from user mode to KERNEL
 * common_exception in arch/xtensa/kernel/entry.S
 */
static __always_inline void xtensa_ct_common_exception(struct pt_regs *regs)
{
	xtensa_ct_inherit(regs, XTENSA_CT_IRQ | XTENSA_CT_NMI);
	if (xtensa_ct_irqs_were_on(regs)) {
		if (user_mode(regs))
			xtensa_ct_user_exit_callable();
	} else {
		trace_hardirqs_off();
	}
}

/*
 * an interrupt: LOCKLEVEL masked, tracing, from user mode to KERNEL
 * common_exception in arch/xtensa/kernel/entry.S
 */
static __always_inline void xtensa_ct_common_interrupt(struct pt_regs *regs)
{
	xtensa_ct_inherit(regs, XTENSA_CT_NMI);
	trace_hardirqs_off();
	if (user_mode(regs))
		xtensa_ct_user_exit_callable();
}

/*
 * an NMI: nothing is opened; tracing before nmi_enter(), from user mode to KERNEL
 * common_exception in arch/xtensa/kernel/entry.S
 */
static __always_inline void xtensa_ct_common_nmi(struct pt_regs *regs)
{
	trace_hardirqs_off();
	if (user_mode(regs))
		xtensa_ct_user_exit_callable();
}

/*
 * a debug exception: preemption off, then like any exception
 * debug_exception in arch/xtensa/kernel/entry.S
 */
static __always_inline void xtensa_ct_debug_exception(struct pt_regs *regs)
{
	preempt_disable();
	xtensa_ct_common_exception(regs);
}

/*
 * the interrupts themselves, between irq_enter() and irq_exit()
 * do_interrupt in arch/xtensa/kernel/traps.c
 */
static __always_inline void xtensa_ct_irq_handler(struct pt_regs *regs)
{
	ct_irq_enter();
	irq_enter_rcu();
	xtensa_ct_do_irq_by_level(regs);
	irq_exit_rcu();
	ct_irq_exit();
}

/*
 * work (.Ltif_loop) before the return to user mode, in the KERNEL state
 * common_exception_return in arch/xtensa/kernel/entry.S
 */
static __always_inline void xtensa_ct_task_work(struct pt_regs *regs)
{
	while (xtensa_ct_work_pending(regs)) {
		trace_hardirqs_on();
		xtensa_ct_unmask(XTENSA_CT_IRQ);
		if (need_resched())
			schedule();
		else
			xtensa_ct_do_notify_resume(regs);
		xtensa_ct_mask(XTENSA_CT_IRQ);
		trace_hardirqs_off();
	}
}

/*
 * preemption (.Lexit_tif_loop_kernel), whatever PS.INTLEVEL was
 * common_exception_return in arch/xtensa/kernel/entry.S
 */
static __always_inline void xtensa_ct_kernel_return(struct pt_regs *regs)
{
	if (need_resched()) {
		if (xtensa_ct_may_preempt(regs))
			preempt_schedule_irq();
	}
}

/*
 * KERNEL to USER (.Lexit_tif_loop_user), then C that can be traced
 * common_exception_return in arch/xtensa/kernel/entry.S
 */
static __always_inline void xtensa_ct_exit_to_user(struct pt_regs *regs)
{
	xtensa_ct_user_enter_callable();
	if (xtensa_ct_db_disabled(regs))
		xtensa_ct_restore_dbreak(regs);
	xtensa_ct_check_tlb_sanity(regs);
}

/*
 * tracing (.Lrestore_state), then the saved PS with EXCM, then registers
 * common_exception_return in arch/xtensa/kernel/entry.S
 */
static __always_inline void xtensa_ct_restore_state(struct pt_regs *regs)
{
	if (xtensa_ct_irqs_were_on(regs))
		trace_hardirqs_on();
	xtensa_ct_mask(XTENSA_CT_IRQ | XTENSA_CT_NMI);
}

/*
 * the way out of everything but an NMI and a double exception
 * common_exception_return in arch/xtensa/kernel/entry.S
 */
static __always_inline void xtensa_ct_common_exception_return(struct pt_regs *regs)
{
	xtensa_ct_mask(XTENSA_CT_IRQ);
	trace_hardirqs_off();
	if (user_mode(regs)) {
		xtensa_ct_task_work(regs);
		xtensa_ct_exit_to_user(regs);
	} else {
		xtensa_ct_kernel_return(regs);
	}
	xtensa_ct_restore_state(regs);
}

/*
 * a page fault in a fast handler from user mode: PS.UM and an address in DEPC
 * _DoubleExceptionVector in arch/xtensa/kernel/vectors.S
 */
static __always_inline void xtensa_ct_double_exception(struct pt_regs *regs)
{
	xtensa_ct_common_exception(regs);
	xtensa_ct_do_page_fault(regs);
	xtensa_ct_mask(XTENSA_CT_IRQ);
	trace_hardirqs_off();
	while (need_resched()) {
		trace_hardirqs_on();
		xtensa_ct_unmask(XTENSA_CT_IRQ);
		schedule();
		xtensa_ct_mask(XTENSA_CT_IRQ);
		trace_hardirqs_off();
	}
	if (xtensa_ct_signal_pending(regs)) {
		xtensa_ct_restore_state(regs);
	} else {
		xtensa_ct_exit_to_user(regs);
		xtensa_ct_restore_state(regs);
	}
}

/*
 * system call: fast_syscall_user, then like an exception
 * system_call in arch/xtensa/kernel/entry.S
 */
asmlinkage void noinstr xtensa_ct_syscall(struct pt_regs *regs)
{
	xtensa_ct_common_exception(regs);
	if (xtensa_ct_syscall_work(regs)) {
		xtensa_ct_do_syscall_trace_enter(regs);
		if (xtensa_ct_syscall_allowed(regs)) {
			xtensa_ct_syscall_function(regs);
			xtensa_ct_do_syscall_trace_leave(regs);
		}
	} else {
		xtensa_ct_syscall_function(regs);
	}
	xtensa_ct_common_exception_return(regs);
}

/*
 * system call 0: the register windows to the user's stack, in the USER state
 * fast_syscall_spill_registers in arch/xtensa/kernel/entry.S
 */
asmlinkage void noinstr xtensa_ct_spill_syscall(struct pt_regs *regs)
{
	xtensa_ct_spill_to_user_stack(regs);
	if (xtensa_ct_user_word_faults(regs))
		xtensa_ct_double_exception(regs);
}

/*
 * sysxtensa: atomic operations on a user's word, in the USER state
 * fast_syscall_xtensa in arch/xtensa/kernel/entry.S
 */
asmlinkage void noinstr xtensa_ct_atomic_syscall(struct pt_regs *regs)
{
	xtensa_ct_change_user_word(regs);
	if (xtensa_ct_user_word_faults(regs))
		xtensa_ct_double_exception(regs);
}

/*
 * page fault that no fast handler settles
 * do_page_fault in arch/xtensa/mm/fault.c
 */
asmlinkage void noinstr xtensa_ct_page_fault(struct pt_regs *regs)
{
	xtensa_ct_common_exception(regs);
	xtensa_ct_do_page_fault(regs);
	xtensa_ct_common_exception_return(regs);
}

/*
 * TLB miss with a page table: mapped in assembly, no C
 * fast_second_level_miss in arch/xtensa/kernel/entry.S
 */
asmlinkage void noinstr xtensa_ct_tlb_miss(struct pt_regs *regs)
{
	xtensa_ct_map_page_table(regs);
}

/*
 * first write to a page: marked dirty in assembly, no C
 * fast_store_prohibited in arch/xtensa/kernel/entry.S
 */
asmlinkage void noinstr xtensa_ct_store_prohibited(struct pt_regs *regs)
{
	xtensa_ct_mark_page_dirty(regs);
}

/*
 * register window overflow and underflow, and MOVSP (fast_alloca): no C
 * _WindowOverflow4 in arch/xtensa/kernel/vectors.S
 */
asmlinkage void noinstr xtensa_ct_window(struct pt_regs *regs)
{
	xtensa_ct_move_register_window(regs);
}

/*
 * a page fault while a0 is reloaded for a window overflow that faulted
 * window_overflow_restore_a0_fixup in arch/xtensa/kernel/vectors.S
 */
asmlinkage void noinstr xtensa_ct_window_fixup(struct pt_regs *regs)
{
	xtensa_ct_go_to_original_window(regs);
	if (xtensa_ct_user_word_faults(regs))
		xtensa_ct_double_exception(regs);
	xtensa_ct_reload_a0(regs);
}

/*
 * illegal instruction, and division by zero as some compilers write it
 * do_illegal_instruction in arch/xtensa/kernel/traps.c
 */
asmlinkage void noinstr xtensa_ct_illegal(struct pt_regs *regs)
{
	xtensa_ct_common_exception(regs);
	xtensa_ct_illegal_instruction(regs);
	xtensa_ct_common_exception_return(regs);
}

/*
 * first window instruction of a user program with USER_ABI_CALL0_PROBE: no C
 * fast_illegal_instruction_user in arch/xtensa/kernel/entry.S
 */
asmlinkage void noinstr xtensa_ct_illegal_fast(struct pt_regs *regs)
{
	xtensa_ct_set_user_woe(regs);
}

/*
 * division by zero
 * do_div0 in arch/xtensa/kernel/traps.c
 */
asmlinkage void noinstr xtensa_ct_div0(struct pt_regs *regs)
{
	xtensa_ct_common_exception(regs);
	xtensa_ct_division_by_zero(regs);
	xtensa_ct_common_exception_return(regs);
}

/*
 * unaligned access, emulated in assembly: no C
 * fast_unaligned in arch/xtensa/kernel/align.S
 */
asmlinkage void noinstr xtensa_ct_unaligned_fast(struct pt_regs *regs)
{
	xtensa_ct_emulate_unaligned(regs);
}

/*
 * unaligned access that is not emulated: SIGBUS or an oops
 * do_unaligned_user in arch/xtensa/kernel/traps.c
 */
asmlinkage void noinstr xtensa_ct_unaligned(struct pt_regs *regs)
{
	xtensa_ct_common_exception(regs);
	xtensa_ct_unaligned_access(regs);
	xtensa_ct_common_exception_return(regs);
}

/*
 * load from memory that allows words only, emulated in assembly: no C
 * fast_load_store in arch/xtensa/kernel/align.S
 */
asmlinkage void noinstr xtensa_ct_load_store_fast(struct pt_regs *regs)
{
	xtensa_ct_emulate_load(regs);
}

/*
 * load or store that is not emulated: SIGBUS or an oops
 * do_load_store in arch/xtensa/kernel/traps.c
 */
asmlinkage void noinstr xtensa_ct_load_store(struct pt_regs *regs)
{
	xtensa_ct_common_exception(regs);
	xtensa_ct_load_store_error(regs);
	xtensa_ct_common_exception_return(regs);
}

/*
 * coprocessor disabled: its registers are switched in assembly, no C
 * fast_coprocessor in arch/xtensa/kernel/coprocessor.S
 */
asmlinkage void noinstr xtensa_ct_coprocessor_fast(struct pt_regs *regs)
{
	xtensa_ct_switch_coprocessor(regs);
}

/*
 * coprocessor disabled, its registers live on another CPU
 * do_coprocessor in arch/xtensa/kernel/traps.c
 */
asmlinkage void noinstr xtensa_ct_coprocessor(struct pt_regs *regs)
{
	xtensa_ct_common_exception(regs);
	xtensa_ct_flush_coprocessors(regs);
	xtensa_ct_common_exception_return(regs);
}

/*
 * two TLB entries for one address: ends the task
 * do_multihit in arch/xtensa/kernel/traps.c
 */
asmlinkage void noinstr xtensa_ct_multihit(struct pt_regs *regs)
{
	xtensa_ct_common_exception(regs);
	xtensa_ct_die_of_multihit(regs);
	xtensa_ct_common_exception_return(regs);
}

/*
 * any other exception: SIGILL or an oops
 * do_unhandled in arch/xtensa/kernel/traps.c
 */
asmlinkage void noinstr xtensa_ct_unhandled(struct pt_regs *regs)
{
	xtensa_ct_common_exception(regs);
	xtensa_ct_unhandled_exception(regs);
	xtensa_ct_common_exception_return(regs);
}

/*
 * breakpoint, watchpoint, single step: preemption is off until do_debug() has looked
 * do_debug in arch/xtensa/kernel/traps.c
 */
asmlinkage void noinstr xtensa_ct_debug(struct pt_regs *regs)
{
	xtensa_ct_debug_exception(regs);
	xtensa_ct_check_hw_breakpoint(regs);
	preempt_enable_no_resched();
	if (need_resched()) {
		if (xtensa_ct_may_preempt(regs))
			schedule();
	}
	if (xtensa_ct_debug_unexplained(regs))
		xtensa_ct_send_sigtrap(regs);
	xtensa_ct_common_exception_return(regs);
}

/*
 * watchpoint in a fast handler from user mode: off for one instruction, no C
 * debug_exception in arch/xtensa/kernel/entry.S
 */
asmlinkage void noinstr xtensa_ct_debug_in_exception(struct pt_regs *regs)
{
	xtensa_ct_step_over_watchpoint(regs);
}

/*
 * interrupt of level 1, or of a medium level up to LOCKLEVEL
 * do_interrupt in arch/xtensa/kernel/traps.c
 */
asmlinkage void noinstr xtensa_ct_irq(struct pt_regs *regs)
{
	xtensa_ct_common_interrupt(regs);
	xtensa_ct_irq_handler(regs);
	xtensa_ct_common_exception_return(regs);
}

/*
 * profiling interrupt as an NMI: user_exit from user mode, and no user_enter
 * do_nmi in arch/xtensa/kernel/traps.c
 */
asmlinkage void xtensa_ct_nmi(struct pt_regs *regs)
{
	xtensa_ct_common_nmi(regs);
	xtensa_ct_do_nmi(regs);
	__nmi_enter();
	lockdep_hardirq_enter();
	ct_nmi_enter();
	instrumentation_begin();
	xtensa_ct_ftrace_nmi_enter(regs);
	instrumentation_end();
	xtensa_ct_xtensa_pmu_irq_handler(regs);
	instrumentation_begin();
	xtensa_ct_ftrace_nmi_exit(regs);
	instrumentation_end();
	ct_nmi_exit();
	lockdep_hardirq_exit();
	__nmi_exit();
	xtensa_ct_do_nmi(regs);
	xtensa_ct_restore_state(regs);
}

/*
 * a double exception in the kernel: panics
 * unrecoverable_exception in arch/xtensa/kernel/entry.S
 */
asmlinkage void noinstr xtensa_ct_unrecoverable(struct pt_regs *regs __always_unused)
{
	xtensa_ct_unmask(XTENSA_CT_NMI);
	panic("fatal exception in %s", __func__);
}

/*
 * a new task leaves the kernel for the first time
 * ret_from_fork in arch/xtensa/kernel/entry.S
 */
asmlinkage void noinstr xtensa_ct_fork_return(struct pt_regs *regs)
{
	xtensa_ct_unmask(XTENSA_CT_IRQ);
	xtensa_ct_schedule_tail(regs);
	xtensa_ct_do_syscall_trace_leave(regs);
	xtensa_ct_common_exception_return(regs);
}

/*
 * a kernel thread that became a user program leaves the kernel
 * ret_from_kernel_thread in arch/xtensa/kernel/entry.S
 */
asmlinkage void noinstr xtensa_ct_kernel_thread_return(struct pt_regs *regs)
{
	xtensa_ct_unmask(XTENSA_CT_IRQ);
	xtensa_ct_schedule_tail(regs);
	xtensa_ct_kernel_thread_function(regs);
	xtensa_ct_common_exception_return(regs);
}
