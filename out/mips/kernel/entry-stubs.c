// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Entry paths of mips, for Linux 6.12: every way into the kernel
 * and back, in the order of calls that the verifier has seen.
 *
 * Generated from mips.yaml; do not edit, but change it and run:
 *	gen render mips.yaml
 */
#include <asm/context_tracking.h>
#include <asm/ptrace.h>
#include <linux/context_tracking.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/sched.h>

/*
 * before most handlers: interrupts open; __build_clear_gsexc does the same
 * __build_clear_sti in arch/mips/kernel/genex.S
 */
static __always_inline void mips_ct_build_clear_sti(void)
{
	trace_hardirqs_on();
	mips_ct_unmask(MIPS_CT_IRQ);
}

/*
 * before the others: interrupts masked; __build_clear_fpe and __build_clear_msa_fpe do the same
 * __build_clear_cli in arch/mips/kernel/genex.S
 */
static __always_inline void mips_ct_build_clear_cli(void)
{
	mips_ct_mask(MIPS_CT_IRQ);
	trace_hardirqs_off();
}

/*
 * before do_ade(): interrupts as the interrupted code had them (KMODE)
 * __build_clear_ade in arch/mips/kernel/genex.S
 */
static __always_inline void mips_ct_build_clear_ade(struct pt_regs *regs)
{
	mips_ct_inherit(regs, MIPS_CT_IRQ);
}

/*
 * before do_page_fault(): interrupts as the interrupted code had them (KMODE)
 * tlb_do_page_fault in arch/mips/mm/tlbex-fault.S
 */
static __always_inline void mips_ct_tlb_do_page_fault(struct pt_regs *regs)
{
	mips_ct_inherit(regs, MIPS_CT_IRQ);
}

/*
 * slow path of a system call entry; a task that is tracked has TIF_NOHZ and always takes it
 * syscall_trace_enter in arch/mips/kernel/ptrace.c
 */
static __always_inline void mips_ct_syscall_trace_enter(struct pt_regs *regs)
{
	mips_ct_user_exit();
	mips_ct_ptrace_report_syscall_entry(regs);
	mips_ct_secure_computing(regs);
	mips_ct_audit_syscall_entry(regs);
}

/*
 * slow path of a system call exit; user_exit is there for a state that is USER already
 * syscall_trace_leave in arch/mips/kernel/ptrace.c
 */
static __always_inline void mips_ct_syscall_trace_leave(struct pt_regs *regs)
{
	mips_ct_user_exit();
	mips_ct_audit_syscall_exit(regs);
	mips_ct_ptrace_report_syscall_exit(regs);
	mips_ct_user_enter();
}

/*
 * signals and resume work, entered and left in the USER state
 * do_notify_resume in arch/mips/kernel/signal.c
 */
static __always_inline void mips_ct_do_notify_resume(struct pt_regs *regs)
{
	mips_ct_unmask(MIPS_CT_IRQ);
	mips_ct_user_exit();
	mips_ct_uprobe_notify_resume(regs);
	mips_ct_do_signal(regs);
	mips_ct_resume_user_mode_work(regs);
	mips_ct_user_enter();
}

/*
 * work before the return to user mode: plain schedule() in whatever state, often USER
 * resume_userspace in arch/mips/kernel/entry.S
 */
static __always_inline void mips_ct_task_work(struct pt_regs *regs)
{
	mips_ct_mask(MIPS_CT_IRQ);
	while (mips_ct_work_pending(regs)) {
		while (need_resched()) {
			trace_hardirqs_off();
			schedule();
			mips_ct_mask(MIPS_CT_IRQ);
		}
		if (mips_ct_notify_work(regs)) {
			mips_ct_do_notify_resume(regs);
			mips_ct_mask(MIPS_CT_IRQ);
		}
	}
}

/*
 * the very end: hardirq tracing in whatever state, registers, eret
 * restore_all in arch/mips/kernel/entry.S
 */
static __always_inline void mips_ct_restore_all(struct pt_regs *regs)
{
	if (mips_ct_irqs_were_on(regs))
		trace_hardirqs_on();
	else
		trace_hardirqs_off();
}

/*
 * after a system call: the slow path, because of TIF_NOHZ, then the common way out
 * syscall_exit_work in arch/mips/kernel/entry.S
 */
static __always_inline void mips_ct_syscall_exit(struct pt_regs *regs)
{
	mips_ct_mask(MIPS_CT_IRQ);
	mips_ct_unmask(MIPS_CT_IRQ);
	trace_hardirqs_on();
	mips_ct_syscall_trace_leave(regs);
	mips_ct_task_work(regs);
	mips_ct_restore_all(regs);
}

/*
 * back to the kernel: preempted where interrupts were on
 * resume_kernel in arch/mips/kernel/entry.S
 */
static __always_inline void mips_ct_kernel_return(struct pt_regs *regs)
{
	mips_ct_mask(MIPS_CT_IRQ);
	if (mips_ct_may_preempt(regs)) {
		if (need_resched()) {
			if (mips_ct_irqs_were_on(regs))
				preempt_schedule_irq();
		}
	}
}

/*
 * the way out of every exception and interrupt
 * ret_from_exception in arch/mips/kernel/entry.S
 */
static __always_inline void mips_ct_ret_from_exception(struct pt_regs *regs)
{
	if (user_mode(regs))
		mips_ct_task_work(regs);
	else
		mips_ct_kernel_return(regs);
	mips_ct_restore_all(regs);
}

/*
 * system call of a 64-bit task, n64
 * handle_sys64 in arch/mips/kernel/scall64-n64.S
 */
asmlinkage void mips_ct_syscall(struct pt_regs *regs)
{
	trace_hardirqs_on();
	mips_ct_unmask(MIPS_CT_IRQ);
	mips_ct_syscall_trace_enter(regs);
	if (mips_ct_syscall_allowed(regs))
		mips_ct_syscall_function(regs);
	mips_ct_syscall_exit(regs);
}

/*
 * system call of a 32-bit task, o32 and n32; a 32-bit kernel has the same in scall32-o32.S
 * handle_sys in arch/mips/kernel/scall64-o32.S
 */
asmlinkage void mips_ct_syscall_compat(struct pt_regs *regs)
{
	trace_hardirqs_on();
	mips_ct_unmask(MIPS_CT_IRQ);
	mips_ct_load_stack_arguments(regs);
	if (mips_ct_stack_is_good(regs)) {
		mips_ct_syscall_trace_enter(regs);
		if (mips_ct_syscall_allowed(regs)) {
			if (mips_ct_number_changed(regs)) {
				mips_ct_syscall_trace_enter(regs);
				if (mips_ct_syscall_allowed(regs)) {
					if (mips_ct_number_changed(regs))
						mips_ct_syscall_trace_enter(regs);
					if (mips_ct_syscall_allowed(regs))
						mips_ct_syscall_function(regs);
				}
			} else {
				mips_ct_syscall_function(regs);
			}
		}
	}
	mips_ct_syscall_exit(regs);
}

/*
 * page fault, after the TLB handlers in assembly gave up
 * do_page_fault in arch/mips/mm/fault.c
 */
asmlinkage void mips_ct_page_fault(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	mips_ct_tlb_do_page_fault(regs);
	prev_state = exception_enter();
	mips_ct_mm_fault_or_signal(regs);
	exception_exit(prev_state);
	mips_ct_ret_from_exception(regs);
}

/*
 * address error on a load or store: emulated, and then exception_exit is forgotten
 * do_ade in arch/mips/kernel/unaligned.c
 */
asmlinkage void mips_ct_unaligned(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	mips_ct_build_clear_ade(regs);
	prev_state = exception_enter();
	mips_ct_count_alignment_fault(regs);
	if (mips_ct_badvaddr_in_hole(regs)) {
		if (mips_ct_fixup_found(regs)) {
			mips_ct_fixup_exception(regs);
			mips_ct_ret_from_exception(regs);
			return;
		}
	} else {
		if (mips_ct_emulate_micromips(regs)) {
			mips_ct_emulate_load_store_micromips(regs);
			mips_ct_ret_from_exception(regs);
			return;
		}
		if (mips_ct_emulate_mips16e(regs)) {
			mips_ct_emulate_load_store_mips16e(regs);
			mips_ct_ret_from_exception(regs);
			return;
		}
		if (mips_ct_emulate_insn(regs)) {
			mips_ct_emulate_load_store_insn(regs);
			mips_ct_ret_from_exception(regs);
			return;
		}
	}
	mips_ct_send_sigbus(regs);
	exception_exit(prev_state);
	mips_ct_ret_from_exception(regs);
}

/*
 * bus error on an instruction fetch or a data access
 * do_be in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_bus_error(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	mips_ct_build_clear_cli();
	prev_state = exception_enter();
	mips_ct_board_be_handler(regs);
	exception_exit(prev_state);
	mips_ct_ret_from_exception(regs);
}

/*
 * break instruction: uprobe, kprobe, BUG, division by zero
 * do_bp in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_debug_bp(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	mips_ct_build_clear_sti();
	prev_state = exception_enter();
	mips_ct_do_trap_or_bp(regs);
	exception_exit(prev_state);
	mips_ct_ret_from_exception(regs);
}

/*
 * reserved instruction: R2 emulation before exception_enter, the rest after it
 * do_ri in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_undef(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	mips_ct_build_clear_sti();
	if (user_mode(regs)) {
		if (mips_ct_r2_emulation(regs)) {
			mips_ct_mipsr2_decoder(regs);
			if (mips_ct_r2_emulated(regs)) {
				mips_ct_process_fpemu_return(regs);
				mips_ct_ret_from_exception(regs);
				return;
			}
		}
	}
	prev_state = exception_enter();
	mips_ct_simulate_instruction(regs);
	exception_exit(prev_state);
	mips_ct_ret_from_exception(regs);
}

/*
 * coprocessor unusable: FPU state restored, FPU emulated, or a signal
 * do_cpu in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_fpu_unusable(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	mips_ct_build_clear_sti();
	prev_state = exception_enter();
	mips_ct_use_coprocessor(regs);
	exception_exit(prev_state);
	mips_ct_ret_from_exception(regs);
}

/*
 * integer overflow
 * do_ov in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_overflow(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	mips_ct_build_clear_sti();
	prev_state = exception_enter();
	mips_ct_send_sigfpe(regs);
	exception_exit(prev_state);
	mips_ct_ret_from_exception(regs);
}

/*
 * trap instruction
 * do_tr in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_trap(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	mips_ct_build_clear_sti();
	prev_state = exception_enter();
	mips_ct_do_trap_or_bp(regs);
	exception_exit(prev_state);
	mips_ct_ret_from_exception(regs);
}

/*
 * MSA floating-point exception: the handler opens interrupts
 * do_msa_fpe in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_msa_fpe(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	mips_ct_build_clear_cli();
	prev_state = exception_enter();
	mips_ct_notify_die(regs);
	if (mips_ct_notify_stopped(regs)) {
		exception_exit(prev_state);
	} else {
		mips_ct_unmask(MIPS_CT_IRQ);
		mips_ct_send_sigfpe(regs);
		exception_exit(prev_state);
	}
	mips_ct_ret_from_exception(regs);
}

/*
 * floating-point exception: the handler opens interrupts and runs the emulator
 * do_fpe in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_fpe(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	mips_ct_build_clear_cli();
	prev_state = exception_enter();
	mips_ct_notify_die(regs);
	if (mips_ct_notify_stopped(regs)) {
		exception_exit(prev_state);
	} else {
		mips_ct_unmask(MIPS_CT_IRQ);
		mips_ct_fpu_emulator(regs);
		exception_exit(prev_state);
	}
	mips_ct_ret_from_exception(regs);
}

/*
 * Loongson exception
 * do_gsexc in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_gsexc(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	mips_ct_build_clear_sti();
	prev_state = exception_enter();
	if (mips_ct_gsexc_known(regs)) {
		mips_ct_send_sigill(regs);
	} else {
		mips_ct_show_regs(regs);
		panic("fatal exception in %s", __func__);
	}
	exception_exit(prev_state);
	mips_ct_ret_from_exception(regs);
}

/*
 * MSA disabled: its state is restored, or a signal
 * do_msa in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_msa(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	mips_ct_build_clear_sti();
	prev_state = exception_enter();
	mips_ct_enable_restore_fp_context(regs);
	exception_exit(prev_state);
	mips_ct_ret_from_exception(regs);
}

/*
 * MDMX: a signal
 * do_mdmx in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_mdmx(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	mips_ct_build_clear_sti();
	prev_state = exception_enter();
	mips_ct_send_sigill(regs);
	exception_exit(prev_state);
	mips_ct_ret_from_exception(regs);
}

/*
 * watchpoint: interrupts open once the registers are read
 * do_watch in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_watch(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	if (mips_ct_hardware_watchpoints(regs))
		mips_ct_build_clear_cli();
	else
		mips_ct_build_clear_sti();
	prev_state = exception_enter();
	if (mips_ct_watch_loaded(regs)) {
		mips_ct_mips_read_watch_registers(regs);
		mips_ct_unmask(MIPS_CT_IRQ);
		mips_ct_send_sigtrap(regs);
	} else {
		mips_ct_mips_clear_watch_registers(regs);
		mips_ct_unmask(MIPS_CT_IRQ);
	}
	exception_exit(prev_state);
	mips_ct_ret_from_exception(regs);
}

/*
 * machine check, for example two TLB entries for one address: panics
 * do_mcheck in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_machine_check(struct pt_regs *regs)
{
	enum ctx_state prev_state __maybe_unused;

	mips_ct_build_clear_cli();
	prev_state = exception_enter();
	mips_ct_show_regs(regs);
	panic("fatal exception in %s", __func__);
}

/*
 * MT thread exception: a signal without the pair, in the USER state if it came from user mode
 * do_mt in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_mt(struct pt_regs *regs)
{
	mips_ct_build_clear_sti();
	mips_ct_send_sigill(regs);
	mips_ct_ret_from_exception(regs);
}

/*
 * DSP state disabled: a signal or a panic without the pair, in the USER state if from user mode
 * do_dsp in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_dsp(struct pt_regs *regs)
{
	mips_ct_build_clear_sti();
	if (mips_ct_dsp_there(regs))
		panic("fatal exception in %s", __func__);
	mips_ct_send_sigill(regs);
	mips_ct_ret_from_exception(regs);
}

/*
 * any other exception: panics without the pair
 * do_reserved in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_reserved(struct pt_regs *regs)
{
	mips_ct_build_clear_sti();
	mips_ct_show_regs(regs);
	panic("fatal exception in %s", __func__);
}

/*
 * FTLB parity error: panics without the pair, EXL still set
 * do_ftlb in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_ftlb(struct pt_regs *regs)
{
	mips_ct_print_ftlb_error(regs);
	panic("fatal exception in %s", __func__);
}

/*
 * interrupt, by the common vector or by a vector of its own (except_vec_vi_handler)
 * handle_int in arch/mips/kernel/genex.S
 */
asmlinkage void mips_ct_irq(struct pt_regs *regs)
{
	mips_ct_mask(MIPS_CT_IRQ);
	trace_hardirqs_off();
	mips_ct_plat_irq_dispatch(regs);
	ct_irq_enter();
	irq_enter_rcu();
	mips_ct_generic_handle_irq(regs);
	irq_exit_rcu();
	ct_irq_exit();
	mips_ct_ret_from_exception(regs);
}

/*
 * NMI: notifiers, then it dies
 * nmi_exception_handler in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_nmi(struct pt_regs *regs)
{
	__nmi_enter();
	lockdep_hardirq_enter();
	ct_nmi_enter();
	mips_ct_nmi_notifiers(regs);
	panic("fatal exception in %s", __func__);
}

/*
 * SDBBP instruction: printed and skipped without the pair, in debug mode
 * ejtag_exception_handler in arch/mips/kernel/traps.c
 */
asmlinkage void mips_ct_ejtag(struct pt_regs *regs)
{
	mips_ct_print_sdbbp(regs);
}

/*
 * any other debug exception: assembly returns at once
 * ejtag_debug_handler in arch/mips/kernel/genex.S
 */
asmlinkage void mips_ct_ejtag_other(struct pt_regs *regs)
{
	mips_ct_ejtag_return(regs);
}

/*
 * a new task leaves the kernel for the first time; TIF_NOHZ is inherited
 * ret_from_fork in arch/mips/kernel/entry.S
 */
asmlinkage void mips_ct_fork_return(struct pt_regs *regs)
{
	mips_ct_unmask(MIPS_CT_IRQ);
	mips_ct_schedule_tail(regs);
	if (mips_ct_kernel_thread(regs))
		mips_ct_kernel_thread_function(regs);
	mips_ct_syscall_exit(regs);
}
