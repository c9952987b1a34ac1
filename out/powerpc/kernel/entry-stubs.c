// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Entry paths of powerpc, for Linux 6.12: every way into the kernel
 * and back, in the order of calls that the verifier has seen.
 *
 * Generated from powerpc.yaml; do not edit, but change it and run:
 *	gen render powerpc.yaml
 */
#include <asm/context_tracking.h>
#include <asm/ptrace.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/sched.h>

/*
 * hardirq tracing if interrupts were on, then USER to KERNEL if it was user mode
 * interrupt_enter_prepare in arch/powerpc/include/asm/interrupt.h
 */
static __always_inline void powerpc_ct_interrupt_enter_prepare(struct pt_regs *regs)
{
	if (powerpc_ct_irqs_were_on(regs))
		trace_hardirqs_off();
	if (user_mode(regs)) {
		powerpc_ct_user_exit_irqoff();
		powerpc_ct_account_stolen_time(regs);
	}
}

/*
 * the same for an interrupt, then irq_enter
 * interrupt_async_enter_prepare in arch/powerpc/include/asm/interrupt.h
 */
static __always_inline void powerpc_ct_interrupt_async_enter_prepare(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	ct_irq_enter();
	irq_enter_rcu();
}

/*
 * irq_exit; the state is left to interrupt_return
 * interrupt_async_exit_prepare in arch/powerpc/include/asm/interrupt.h
 */
static __always_inline void powerpc_ct_interrupt_async_exit_prepare(void)
{
	irq_exit_rcu();
	ct_irq_exit();
}

/*
 * nmi_enter, without hardirq tracing and whatever the state
 * interrupt_nmi_enter_prepare in arch/powerpc/include/asm/interrupt.h
 */
static __always_inline void powerpc_ct_interrupt_nmi_enter_prepare(void)
{
	__nmi_enter();
	lockdep_hardirq_enter();
	ct_nmi_enter();
}

/*
 * nmi_exit
 * interrupt_nmi_exit_prepare in arch/powerpc/include/asm/interrupt.h
 */
static __always_inline void powerpc_ct_interrupt_nmi_exit_prepare(void)
{
	ct_nmi_exit();
	lockdep_hardirq_exit();
	__nmi_exit();
}

/*
 * work before the return to user mode, in the KERNEL state; then the registers of FPU and TM
 * interrupt_exit_user_prepare_main in arch/powerpc/kernel/interrupt.c
 */
static __always_inline void powerpc_ct_exit_work_loop(struct pt_regs *regs)
{
	while (powerpc_ct_exit_work(regs)) {
		powerpc_ct_unmask(POWERPC_CT_IRQ);
		if (need_resched())
			schedule();
		else
			powerpc_ct_do_notify_resume(regs);
		powerpc_ct_mask(POWERPC_CT_IRQ);
	}
	powerpc_ct_restore_math(regs);
}

/*
 * work, then KERNEL to USER, then hardirq tracing; all again if an interrupt was recorded
 * interrupt_exit_user_prepare_main in arch/powerpc/kernel/interrupt.c
 */
static __always_inline void powerpc_ct_user_exit_prepare_main(struct pt_regs *regs)
{
	powerpc_ct_exit_work_loop(regs);
	powerpc_ct_user_enter_irqoff();
	trace_hardirqs_on();
	while (powerpc_ct_irqs_pending(regs)) {
		trace_hardirqs_off();
		powerpc_ct_user_exit_irqoff();
		powerpc_ct_unmask(POWERPC_CT_IRQ);
		powerpc_ct_mask(POWERPC_CT_IRQ);
		powerpc_ct_exit_work_loop(regs);
		powerpc_ct_user_enter_irqoff();
		trace_hardirqs_on();
	}
}

/*
 * the exit of an interrupt to user mode
 * interrupt_exit_user_prepare in arch/powerpc/kernel/interrupt.c
 */
static __always_inline void powerpc_ct_interrupt_exit_user_prepare(struct pt_regs *regs)
{
	powerpc_ct_mask(POWERPC_CT_IRQ);
	powerpc_ct_user_exit_prepare_main(regs);
}

/*
 * the same again, when an interrupt was recorded in the restart section
 * interrupt_exit_user_restart in arch/powerpc/kernel/interrupt.c
 */
static __always_inline void powerpc_ct_interrupt_exit_user_restart(struct pt_regs *regs)
{
	trace_hardirqs_off();
	powerpc_ct_user_exit_irqoff();
	powerpc_ct_interrupt_exit_user_prepare(regs);
}

/*
 * the exit of a system call: tracers, interrupts soft-masked, the work
 * syscall_exit_prepare in arch/powerpc/kernel/interrupt.c
 */
static __always_inline void powerpc_ct_syscall_exit_prepare(struct pt_regs *regs)
{
	powerpc_ct_do_syscall_trace_leave(regs);
	powerpc_ct_mask(POWERPC_CT_IRQ);
	powerpc_ct_user_exit_prepare_main(regs);
}

/*
 * the same again, when an interrupt was recorded in the restart section
 * syscall_exit_restart in arch/powerpc/kernel/interrupt.c
 */
static __always_inline void powerpc_ct_syscall_exit_restart(struct pt_regs *regs)
{
	trace_hardirqs_off();
	powerpc_ct_user_exit_irqoff();
	powerpc_ct_user_exit_prepare_main(regs);
}

/*
 * system call entry, soft-masked: hardirq tracing, then USER to KERNEL
 * system_call_exception in arch/powerpc/kernel/syscall.c
 */
static __always_inline void powerpc_ct_syscall_enter(struct pt_regs *regs)
{
	trace_hardirqs_off();
	powerpc_ct_user_exit_irqoff();
	powerpc_ct_account_stolen_time(regs);
}

/*
 * after a system call: the exit, then the restart section, in which everything is soft-masked
 * syscall_restart in arch/powerpc/kernel/interrupt_64.S
 */
static __always_inline void powerpc_ct_syscall_exit(struct pt_regs *regs)
{
	powerpc_ct_syscall_exit_prepare(regs);
	while (powerpc_ct_exit_restarted(regs))
		powerpc_ct_syscall_exit_restart(regs);
}

/*
 * handlers of the interrupts that were recorded, as if they had interrupted the kernel here
 * replay_soft_interrupts in arch/powerpc/kernel/irq_64.c
 */
static __always_inline void powerpc_ct_replay_soft_interrupts(struct pt_regs *regs)
{
	ct_irq_enter();
	irq_enter_rcu();
	powerpc_ct_replay_recorded(regs);
	irq_exit_rcu();
	ct_irq_exit();
}

/*
 * preemption on the way back to the kernel
 * interrupt_exit_kernel_prepare in arch/powerpc/kernel/interrupt.c
 */
static __always_inline void powerpc_ct_exit_preempt(struct pt_regs *regs)
{
	if (need_resched()) {
		if (powerpc_ct_may_preempt(regs))
			preempt_schedule_irq();
	}
	trace_hardirqs_on();
}

/*
 * back to the kernel: preempted, and recorded interrupts replayed, where interrupts were on
 * interrupt_exit_kernel_prepare in arch/powerpc/kernel/interrupt.c
 */
static __always_inline void powerpc_ct_kernel_return(struct pt_regs *regs)
{
	powerpc_ct_mask(POWERPC_CT_IRQ);
	if (powerpc_ct_irqs_were_on(regs)) {
		powerpc_ct_exit_preempt(regs);
		while (powerpc_ct_irqs_pending(regs)) {
			trace_hardirqs_off();
			powerpc_ct_replay_soft_interrupts(regs);
			powerpc_ct_exit_preempt(regs);
		}
	}
}

/*
 * the way out of every interrupt that does not return directly
 * interrupt_return_macro in arch/powerpc/kernel/interrupt_64.S
 */
static __always_inline void powerpc_ct_interrupt_return(struct pt_regs *regs)
{
	if (user_mode(regs)) {
		powerpc_ct_interrupt_exit_user_prepare(regs);
		while (powerpc_ct_exit_restarted(regs))
			powerpc_ct_interrupt_exit_user_restart(regs);
	} else {
		powerpc_ct_kernel_return(regs);
	}
}

/*
 * system call, sc, of a 64-bit or 32-bit task
 * system_call_exception in arch/powerpc/kernel/syscall.c
 */
asmlinkage void powerpc_ct_syscall(struct pt_regs *regs)
{
	powerpc_ct_syscall_enter(regs);
	if (powerpc_ct_transaction_active(regs)) {
		powerpc_ct_doom_transaction(regs);
	} else {
		powerpc_ct_unmask(POWERPC_CT_IRQ);
		powerpc_ct_do_syscall_trace_enter(regs);
		powerpc_ct_syscall_function(regs);
	}
	powerpc_ct_syscall_exit(regs);
}

/*
 * system call vectored, scv, of POWER9: MSR.EE stays on
 * system_call_vectored in arch/powerpc/kernel/interrupt_64.S
 */
asmlinkage void powerpc_ct_syscall_scv(struct pt_regs *regs)
{
	powerpc_ct_syscall_enter(regs);
	if (powerpc_ct_transaction_active(regs)) {
		powerpc_ct_doom_transaction(regs);
	} else {
		powerpc_ct_unmask(POWERPC_CT_IRQ);
		powerpc_ct_do_syscall_trace_enter(regs);
		powerpc_ct_syscall_function(regs);
	}
	powerpc_ct_syscall_exit(regs);
}

/*
 * system call, sc, of a 32-bit kernel
 * transfer_to_syscall in arch/powerpc/kernel/entry_32.S
 */
asmlinkage void powerpc_ct_syscall_32(struct pt_regs *regs)
{
	powerpc_ct_syscall_enter(regs);
	if (powerpc_ct_transaction_active(regs)) {
		powerpc_ct_doom_transaction(regs);
	} else {
		powerpc_ct_unmask(POWERPC_CT_IRQ);
		powerpc_ct_do_syscall_trace_enter(regs);
		powerpc_ct_syscall_function(regs);
	}
	powerpc_ct_syscall_exit(regs);
}

/*
 * page fault: radix, Book3E, 32-bit
 * do_page_fault in arch/powerpc/mm/fault.c
 */
asmlinkage void powerpc_ct_page_fault(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_notify_page_fault(regs);
	if (powerpc_ct_goes_on(regs)) {
		powerpc_ct_inherit(regs, POWERPC_CT_IRQ);
		powerpc_ct_handle_page_fault(regs);
	}
	powerpc_ct_interrupt_return(regs);
}

/*
 * hash fault: filled in from the page tables, or a page fault after all
 * do_hash_fault in arch/powerpc/mm/book3s64/hash_utils.c
 */
asmlinkage void powerpc_ct_hash_fault(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_hash_page_mm(regs);
	if (powerpc_ct_goes_on(regs)) {
		powerpc_ct_inherit(regs, POWERPC_CT_IRQ);
		powerpc_ct_handle_page_fault(regs);
	}
	powerpc_ct_interrupt_return(regs);
}

/*
 * segment that do_slb_fault refused, or that radix has not: a signal, or a fixup
 * do_bad_segment_interrupt in arch/powerpc/mm/fault.c
 */
asmlinkage void powerpc_ct_bad_segment(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_signal_or_fixup(regs);
	powerpc_ct_interrupt_return(regs);
}

/*
 * segment miss: refilled, and straight back
 * do_slb_fault in arch/powerpc/mm/book3s64/slb.c
 */
asmlinkage void noinstr powerpc_ct_slb_miss(struct pt_regs *regs)
{
	powerpc_ct_slb_allocate(regs);
}

/*
 * program check: trap, WARN, BUG, illegal or privileged instruction
 * program_check_exception in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_program_check(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_debugger_kprobe_or_bug(regs);
	if (user_mode(regs)) {
		if (powerpc_ct_goes_on(regs)) {
			powerpc_ct_inherit(regs, POWERPC_CT_IRQ);
			powerpc_ct_emulate_or_signal(regs);
		}
	}
	powerpc_ct_interrupt_return(regs);
}

/*
 * emulation assist: illegal instruction
 * emulation_assist_interrupt in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_emulation_assist(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_debugger_kprobe_or_bug(regs);
	if (user_mode(regs)) {
		if (powerpc_ct_goes_on(regs)) {
			powerpc_ct_inherit(regs, POWERPC_CT_IRQ);
			powerpc_ct_emulate_or_signal(regs);
		}
	}
	powerpc_ct_interrupt_return(regs);
}

/*
 * alignment
 * alignment_exception in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_alignment(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_inherit(regs, POWERPC_CT_IRQ);
	powerpc_ct_fix_alignment(regs);
	powerpc_ct_interrupt_return(regs);
}

/*
 * single step, branch trace
 * single_step_exception in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_single_step(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_kprobe_or_notify_die(regs);
	powerpc_ct_interrupt_return(regs);
}

/*
 * instruction address breakpoint
 * instruction_breakpoint_exception in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_instruction_breakpoint(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_notify_die(regs);
	powerpc_ct_interrupt_return(regs);
}

/*
 * data watchpoint: DABR, DAWR
 * do_break in arch/powerpc/kernel/process.c
 */
asmlinkage void powerpc_ct_watchpoint(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_notify_die(regs);
	powerpc_ct_interrupt_return(regs);
}

/*
 * debug event of BookE: single step, branch taken, watchpoint
 * DebugException in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_debug_booke(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_kprobe_or_notify_die(regs);
	powerpc_ct_interrupt_return(regs);
}

/*
 * FPU, Altivec, VSX, SPE: assembly gives the task its registers and returns
 * load_up_fpu in arch/powerpc/kernel/fpu.S
 */
asmlinkage void noinstr powerpc_ct_fpu_load(struct pt_regs *regs)
{
	powerpc_ct_load_up_registers(regs);
}

/*
 * FPU of the kernel, Altivec or VSX where there is none: a signal, or it dies
 * altivec_unavailable_exception in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_fpu_unavailable(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_signal_or_die(regs);
	powerpc_ct_interrupt_return(regs);
}

/*
 * FPU, Altivec, VSX in a transaction: reclaimed and checkpointed again
 * fp_unavailable_tm in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_tm_unavailable(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_tm_reclaim_and_load(regs);
	powerpc_ct_interrupt_return(regs);
}

/*
 * facility unavailable: DSCR, TM and others are switched on or emulated
 * facility_unavailable_exception in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_facility_unavailable(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_inherit(regs, POWERPC_CT_IRQ);
	powerpc_ct_enable_facility(regs);
	powerpc_ct_interrupt_return(regs);
}

/*
 * Altivec assist: denormals are emulated
 * altivec_assist_exception in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_altivec_assist(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_emulate_altivec(regs);
	powerpc_ct_interrupt_return(regs);
}

/*
 * SPE floating point of e500
 * SPEFloatingPointException in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_spe(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_inherit(regs, POWERPC_CT_IRQ);
	powerpc_ct_do_spe_mathemu(regs);
	powerpc_ct_interrupt_return(regs);
}

/*
 * what nobody expects: unknown_exception, RunModeException, CacheLockingException
 * unknown_exception in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_unknown(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_print_and_signal(regs);
	powerpc_ct_interrupt_return(regs);
}

/*
 * stack overflow, kernel FPU, SMI: it dies, unless a notifier has dealt with it
 * stack_overflow_exception in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_dies(struct pt_regs *regs)
{
	powerpc_ct_interrupt_enter_prepare(regs);
	powerpc_ct_die(regs);
	powerpc_ct_interrupt_return(regs);
}

/*
 * external interrupt, hypervisor virtualization interrupt
 * do_IRQ in arch/powerpc/kernel/irq.c
 */
asmlinkage void powerpc_ct_irq(struct pt_regs *regs)
{
	powerpc_ct_interrupt_async_enter_prepare(regs);
	powerpc_ct_generic_handle_irq(regs);
	powerpc_ct_interrupt_async_exit_prepare();
	powerpc_ct_interrupt_return(regs);
}

/*
 * decrementer
 * timer_interrupt in arch/powerpc/kernel/time.c
 */
asmlinkage void powerpc_ct_timer(struct pt_regs *regs)
{
	powerpc_ct_interrupt_async_enter_prepare(regs);
	powerpc_ct_clock_event_handler(regs);
	powerpc_ct_interrupt_async_exit_prepare();
	powerpc_ct_interrupt_return(regs);
}

/*
 * doorbell
 * doorbell_exception in arch/powerpc/kernel/dbell.c
 */
asmlinkage void powerpc_ct_doorbell(struct pt_regs *regs)
{
	powerpc_ct_interrupt_async_enter_prepare(regs);
	powerpc_ct_smp_ipi_demux_relaxed(regs);
	powerpc_ct_interrupt_async_exit_prepare();
	powerpc_ct_interrupt_return(regs);
}

/*
 * hypervisor maintenance interrupt, after its real mode part
 * handle_hmi_exception in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_hmi(struct pt_regs *regs)
{
	powerpc_ct_interrupt_async_enter_prepare(regs);
	powerpc_ct_hmi_handler(regs);
	powerpc_ct_interrupt_async_exit_prepare();
	powerpc_ct_interrupt_return(regs);
}

/*
 * performance monitor interrupt where interrupts are on: an interrupt
 * performance_monitor_exception_async in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_pmi(struct pt_regs *regs)
{
	powerpc_ct_interrupt_async_enter_prepare(regs);
	powerpc_ct_perf_irq(regs);
	powerpc_ct_interrupt_async_exit_prepare();
	powerpc_ct_interrupt_return(regs);
}

/*
 * performance monitor interrupt where interrupts are soft-masked: NMI-like
 * performance_monitor_exception_nmi in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_pmi_nmi(struct pt_regs *regs)
{
	powerpc_ct_interrupt_nmi_enter_prepare();
	powerpc_ct_perf_irq(regs);
	powerpc_ct_interrupt_nmi_exit_prepare();
}

/*
 * interrupt while soft-masked: recorded, and straight back
 * masked_interrupt in arch/powerpc/kernel/exceptions-64s.S
 */
asmlinkage void noinstr powerpc_ct_masked_interrupt(struct pt_regs *regs)
{
	powerpc_ct_record_interrupt(regs);
}

/*
 * decrementer while soft-masked: the lockup watchdog, NMI-like
 * soft_nmi_interrupt in arch/powerpc/kernel/watchdog.c
 */
asmlinkage void powerpc_ct_soft_nmi(struct pt_regs *regs)
{
	powerpc_ct_interrupt_nmi_enter_prepare();
	powerpc_ct_watchdog_check(regs);
	if (powerpc_ct_crashes(regs))
		panic("fatal exception in %s", __func__);
	powerpc_ct_interrupt_nmi_exit_prepare();
}

/*
 * system reset of Book3S 64
 * system_reset_common in arch/powerpc/kernel/exceptions-64s.S
 */
asmlinkage void powerpc_ct_system_reset(struct pt_regs *regs)
{
	powerpc_ct_interrupt_nmi_enter_prepare();
	powerpc_ct_system_reset_handler(regs);
	if (powerpc_ct_crashes(regs))
		panic("fatal exception in %s", __func__);
	powerpc_ct_interrupt_nmi_exit_prepare();
}

/*
 * machine check and HMI of Book3S 64, real mode part: events are queued, nothing is printed
 * machine_check_early_common in arch/powerpc/kernel/exceptions-64s.S
 */
asmlinkage void powerpc_ct_nmi_real_mode(struct pt_regs *regs)
{
	if (powerpc_ct_nmi_unsafe(regs)) {
		powerpc_ct_machine_check_early(regs);
	} else {
		powerpc_ct_interrupt_nmi_enter_prepare();
		powerpc_ct_machine_check_early_handler(regs);
		powerpc_ct_interrupt_nmi_exit_prepare();
	}
	if (powerpc_ct_mce_handled(regs)) {
		powerpc_ct_machine_check_queue_event(regs);
		return;
	}
	powerpc_ct_interrupt_nmi_enter_prepare();
	powerpc_ct_die_mce(regs);
	panic("fatal exception in %s", __func__);
}

/*
 * machine check from user mode on Book3S 64, after its real mode part: an interrupt
 * machine_check_exception_async in arch/powerpc/kernel/traps.c
 */
asmlinkage void powerpc_ct_machine_check(struct pt_regs *regs)
{
	powerpc_ct_interrupt_async_enter_prepare(regs);
	powerpc_ct_machine_check_handler(regs);
	powerpc_ct_interrupt_async_exit_prepare();
	powerpc_ct_interrupt_return(regs);
}

/*
 * machine check, watchdog, critical input, critical doorbell of BookE, 64-bit and 32-bit
 * ret_from_level_except in arch/powerpc/kernel/exceptions-64e.S
 */
asmlinkage void powerpc_ct_level_exception(struct pt_regs *regs)
{
	powerpc_ct_interrupt_nmi_enter_prepare();
	powerpc_ct_level_handler(regs);
	powerpc_ct_interrupt_nmi_exit_prepare();
	if (user_mode(regs))
		powerpc_ct_interrupt_return(regs);
}

/*
 * machine check of 32-bit Book3S and 8xx, system reset of 8xx
 * machine_check_exception in arch/powerpc/kernel/head_book3s_32.S
 */
asmlinkage void powerpc_ct_machine_check_32(struct pt_regs *regs)
{
	powerpc_ct_interrupt_nmi_enter_prepare();
	powerpc_ct_machine_check_exception(regs);
	powerpc_ct_interrupt_nmi_exit_prepare();
	powerpc_ct_interrupt_return(regs);
}

/*
 * a new task leaves the kernel for the first time
 * ret_from_fork in arch/powerpc/kernel/interrupt_64.S
 */
asmlinkage void powerpc_ct_fork_return(struct pt_regs *regs)
{
	powerpc_ct_unmask(POWERPC_CT_IRQ);
	powerpc_ct_schedule_tail(regs);
	if (powerpc_ct_kernel_thread(regs))
		powerpc_ct_kernel_thread_function(regs);
	powerpc_ct_syscall_exit(regs);
}
