// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Entry paths of sparc64, for Linux 6.12: every way into the kernel
 * and back, in the order of calls that the verifier has seen.
 *
 * Generated from sparc64.yaml; do not edit, but change it and run:
 *	gen render sparc64.yaml
 */
#include <asm/context_tracking.h>
#include <asm/ptrace.h>
#include <linux/context_tracking.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/sched.h>

/*
 * before most handlers: PSTATE.IE set, PIL as it was; etraptl1 joins it
 * etrap in arch/sparc/kernel/etrap_64.S
 */
static __always_inline void sparc64_ct_etrap(struct pt_regs *regs)
{
	sparc64_ct_inherit(regs, SPARC64_CT_IRQ | SPARC64_CT_NMI |
			   SPARC64_CT_MONDO);
}

/*
 * the same at PIL 14, which the trap's own code has set; then hardirqs are traced off
 * etrap_irq in arch/sparc/kernel/etrap_64.S
 */
static __always_inline void sparc64_ct_etrap_irq(struct pt_regs *regs)
{
	sparc64_ct_inherit(regs, SPARC64_CT_NMI | SPARC64_CT_MONDO);
	trace_hardirqs_off();
}

/*
 * the same at PIL 15
 * etrap_irq in arch/sparc/kernel/etrap_64.S
 */
static __always_inline void sparc64_ct_etrap_nmi(struct pt_regs *regs)
{
	sparc64_ct_inherit(regs, SPARC64_CT_MONDO);
}

/*
 * slow path of a system call entry; a task that is tracked has TIF_NOHZ and always takes it
 * syscall_trace_enter in arch/sparc/kernel/ptrace_64.c
 */
static __always_inline void sparc64_ct_syscall_trace_enter(struct pt_regs *regs)
{
	sparc64_ct_secure_computing_strict(regs);
	if (sparc64_ct_seccomp_kills(regs)) {
		sparc64_ct_seccomp_log_and_exit(regs);
		panic("fatal exception in %s", __func__);
	}
	sparc64_ct_user_exit();
	sparc64_ct_ptrace_report_syscall_entry(regs);
	sparc64_ct_audit_syscall_entry(regs);
}

/*
 * slow path of a system call exit; user_exit is there for a state that is USER already
 * syscall_trace_leave in arch/sparc/kernel/ptrace_64.c
 */
static __always_inline void sparc64_ct_syscall_trace_leave(struct pt_regs *regs)
{
	sparc64_ct_user_exit();
	sparc64_ct_audit_syscall_exit(regs);
	sparc64_ct_ptrace_report_syscall_exit(regs);
	sparc64_ct_user_enter();
}

/*
 * signals and resume work, entered and left in the USER state
 * do_notify_resume in arch/sparc/kernel/signal_64.c
 */
static __always_inline void sparc64_ct_do_notify_resume(struct pt_regs *regs)
{
	sparc64_ct_user_exit();
	sparc64_ct_uprobe_notify_resume(regs);
	sparc64_ct_do_signal(regs);
	sparc64_ct_resume_user_mode_work(regs);
	sparc64_ct_user_enter();
}

/*
 * TSB for huge pages; UltraSPARC-III+ has their size in its context register, under ctx_alloc_lock
 * hugetlb_setup in arch/sparc/mm/init_64.c
 */
static __always_inline void sparc64_ct_huge_pages(struct pt_regs *regs)
{
	sparc64_ct_tsb_grow(regs);
	if (sparc64_ct_cheetah_plus(regs)) {
		sparc64_ct_mask(SPARC64_CT_IRQ);
		sparc64_ct_do_flush_tlb_mm(regs);
		sparc64_ct_unmask(SPARC64_CT_IRQ);
	}
}

/*
 * to user mode: PSTATE.IE off, work in the USER state, registers, retry
 * to_user in arch/sparc/kernel/rtrap_64.S
 */
static __always_inline void sparc64_ct_user_return(struct pt_regs *regs)
{
	sparc64_ct_mask(SPARC64_CT_IRQ | SPARC64_CT_NMI | SPARC64_CT_MONDO);
	while (sparc64_ct_work_pending(regs)) {
		sparc64_ct_unmask(SPARC64_CT_IRQ | SPARC64_CT_NMI |
				  SPARC64_CT_MONDO);
		if (need_resched()) {
			sparc64_ct_schedule_user();
		} else {
			if (sparc64_ct_notify_work(regs)) {
				sparc64_ct_do_notify_resume(regs);
			} else {
				sparc64_ct_fault_in_user_windows(regs);
				if (sparc64_ct_window_unwritable(regs))
					sparc64_ct_force_sigsegv(regs);
			}
		}
		sparc64_ct_mask(SPARC64_CT_IRQ | SPARC64_CT_NMI |
				SPARC64_CT_MONDO);
	}
}

/*
 * back to the kernel: preempted if the saved PIL is zero; then PSTATE.IE off, registers, retry
 * to_kernel in arch/sparc/kernel/rtrap_64.S
 */
static __always_inline void sparc64_ct_kernel_return(struct pt_regs *regs)
{
	if (sparc64_ct_irqs_were_on(regs)) {
		while (sparc64_ct_preempt_wanted(regs)) {
			preempt_schedule_irq();
			sparc64_ct_mask(SPARC64_CT_IRQ);
			trace_hardirqs_on();
		}
	}
	sparc64_ct_mask(SPARC64_CT_IRQ | SPARC64_CT_NMI | SPARC64_CT_MONDO);
}

/*
 * the way out of every trap, and of the NMI from the start
 * rtrap_no_irq_enable in arch/sparc/kernel/rtrap_64.S
 */
static __always_inline void sparc64_ct_rtrap_no_irq_enable(struct pt_regs *regs)
{
	if (user_mode(regs))
		sparc64_ct_user_return(regs);
	else
		sparc64_ct_kernel_return(regs);
}

/*
 * the way out of every trap but the NMI: hardirq tracing, in whatever state
 * rtrap in arch/sparc/kernel/rtrap_64.S
 */
static __always_inline void sparc64_ct_rtrap(struct pt_regs *regs)
{
	if (sparc64_ct_irqs_were_on(regs))
		trace_hardirqs_on();
	sparc64_ct_rtrap_no_irq_enable(regs);
}

/*
 * system call of a 64-bit task
 * linux_sparc_syscall in arch/sparc/kernel/syscalls.S
 */
asmlinkage void sparc64_ct_syscall(struct pt_regs *regs)
{
	sparc64_ct_unmask(SPARC64_CT_IRQ | SPARC64_CT_NMI | SPARC64_CT_MONDO);
	sparc64_ct_syscall_trace_enter(regs);
	if (sparc64_ct_syscall_allowed(regs))
		sparc64_ct_syscall_function(regs);
	sparc64_ct_syscall_trace_leave(regs);
	sparc64_ct_rtrap(regs);
}

/*
 * system call of a 32-bit task
 * linux_sparc_syscall32 in arch/sparc/kernel/syscalls.S
 */
asmlinkage void sparc64_ct_syscall_compat(struct pt_regs *regs)
{
	sparc64_ct_unmask(SPARC64_CT_IRQ | SPARC64_CT_NMI | SPARC64_CT_MONDO);
	sparc64_ct_syscall_trace_enter(regs);
	if (sparc64_ct_syscall_allowed(regs))
		sparc64_ct_syscall_function(regs);
	sparc64_ct_syscall_trace_leave(regs);
	sparc64_ct_rtrap(regs);
}

/*
 * page fault, after the TLB miss code gave up; a SIGBUS forgets exception_exit
 * do_sparc64_fault in arch/sparc/mm/fault_64.c
 */
asmlinkage void sparc64_ct_page_fault(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	sparc64_ct_etrap(regs);
	prev_state = exception_enter();
	sparc64_ct_mm_fault_or_signal(regs);
	if (sparc64_ct_sigbus(regs)) {
		sparc64_ct_send_sigbus(regs);
		if (user_mode(regs)) {
			sparc64_ct_rtrap(regs);
			return;
		}
	}
	if (sparc64_ct_needs_tsb(regs))
		sparc64_ct_huge_pages(regs);
	exception_exit(prev_state);
	sparc64_ct_rtrap(regs);
}

/*
 * data access exception of sun4u; an emulated load forgets exception_exit
 * spitfire_data_access_exception in arch/sparc/kernel/traps_64.c
 */
asmlinkage void sparc64_ct_data_access(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	sparc64_ct_etrap(regs);
	prev_state = exception_enter();
	sparc64_ct_notify_die(regs);
	if (user_mode(regs)) {
		if (sparc64_ct_no_fault_load(regs)) {
			sparc64_ct_emulate_no_fault_load(regs);
			sparc64_ct_rtrap(regs);
			return;
		}
	}
	sparc64_ct_fixup_or_sigsegv(regs);
	exception_exit(prev_state);
	sparc64_ct_rtrap(regs);
}

/*
 * unaligned address on sun4u; an emulated load forgets exception_exit
 * mem_address_unaligned in arch/sparc/kernel/traps_64.c
 */
asmlinkage void sparc64_ct_unaligned(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	sparc64_ct_etrap(regs);
	prev_state = exception_enter();
	sparc64_ct_notify_die(regs);
	if (user_mode(regs)) {
		if (sparc64_ct_no_fault_load(regs)) {
			sparc64_ct_emulate_no_fault_load(regs);
			sparc64_ct_rtrap(regs);
			return;
		}
	}
	sparc64_ct_kernel_unaligned_or_sigbus(regs);
	exception_exit(prev_state);
	sparc64_ct_rtrap(regs);
}

/*
 * do_privop, do_privact, do_tof, do_div0, do_fpieee, spitfire_insn_access_exception
 * do_privop in arch/sparc/kernel/traps_64.c
 */
asmlinkage void sparc64_ct_exceptions(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	sparc64_ct_etrap(regs);
	prev_state = exception_enter();
	sparc64_ct_notify_and_signal(regs);
	exception_exit(prev_state);
	sparc64_ct_rtrap(regs);
}

/*
 * do_illegal_instruction, do_fpother: notifiers, then emulation, then a signal
 * do_illegal_instruction in arch/sparc/kernel/traps_64.c
 */
asmlinkage void sparc64_ct_emulated(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	sparc64_ct_etrap(regs);
	prev_state = exception_enter();
	sparc64_ct_emulate_insn(regs);
	if (sparc64_ct_insn_emulated(regs)) {
		exception_exit(prev_state);
		sparc64_ct_rtrap(regs);
		return;
	}
	sparc64_ct_send_sigill(regs);
	exception_exit(prev_state);
	sparc64_ct_rtrap(regs);
}

/*
 * unaligned floating-point load or store: handle_lddfmna, handle_stdfmna
 * handle_lddfmna in arch/sparc/kernel/unaligned_64.c
 */
asmlinkage void sparc64_ct_unaligned_fpu(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	sparc64_ct_etrap(regs);
	prev_state = exception_enter();
	if (!user_mode(regs))
		panic("fatal exception in %s", __func__);
	sparc64_ct_emulate_fp_access(regs);
	exception_exit(prev_state);
	sparc64_ct_rtrap(regs);
}

/*
 * breakpoint, ta 1: a signal
 * sparc_breakpoint in arch/sparc/kernel/sys_sparc_64.c
 */
asmlinkage void sparc64_ct_breakpoint(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	sparc64_ct_etrap(regs);
	prev_state = exception_enter();
	sparc64_ct_send_sigtrap(regs);
	exception_exit(prev_state);
	sparc64_ct_rtrap(regs);
}

/*
 * software traps sparc64_set_context and sparc64_get_context
 * sparc64_set_context in arch/sparc/kernel/signal_64.c
 */
asmlinkage void sparc64_ct_context(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	sparc64_ct_etrap(regs);
	prev_state = exception_enter();
	sparc64_ct_copy_user_context(regs);
	exception_exit(prev_state);
	sparc64_ct_rtrap(regs);
}

/*
 * kprobe, ta 0x70 and 0x71, at PIL 14; from user mode a signal
 * kprobe_trap in arch/sparc/kernel/kprobes.c
 */
asmlinkage void sparc64_ct_kprobe(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	sparc64_ct_etrap_irq(regs);
	prev_state = exception_enter();
	if (user_mode(regs)) {
		sparc64_ct_unmask(SPARC64_CT_IRQ);
		sparc64_ct_send_sigill(regs);
	} else {
		sparc64_ct_kprobe_handler(regs);
	}
	exception_exit(prev_state);
	sparc64_ct_rtrap(regs);
}

/*
 * debugger, ta 0x72, at PIL 14; from user mode a signal
 * kgdb_trap in arch/sparc/kernel/kgdb_64.c
 */
asmlinkage void sparc64_ct_kgdb(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	sparc64_ct_etrap_irq(regs);
	prev_state = exception_enter();
	sparc64_ct_kgdb_or_bad_trap(regs);
	exception_exit(prev_state);
	sparc64_ct_rtrap(regs);
}

/*
 * sun4v: instruction and data access, unaligned address, tag mismatch: without the pair
 * sun4v_data_access_exception in arch/sparc/kernel/traps_64.c
 */
asmlinkage void sparc64_ct_sun4v_access(struct pt_regs *regs)
{
	sparc64_ct_etrap(regs);
	sparc64_ct_notify_die(regs);
	if (user_mode(regs))
		sparc64_ct_emulate_or_signal(regs);
	else
		sparc64_ct_fixup_or_die(regs);
	sparc64_ct_rtrap(regs);
}

/*
 * trap that nobody expects, or a software trap without a use: a signal, without the pair
 * bad_trap in arch/sparc/kernel/traps_64.c
 */
asmlinkage void sparc64_ct_bad_trap(struct pt_regs *regs)
{
	sparc64_ct_etrap(regs);
	sparc64_ct_notify_die(regs);
	if (sparc64_ct_notify_stopped(regs)) {
		sparc64_ct_rtrap(regs);
		return;
	}
	if (user_mode(regs))
		sparc64_ct_send_sigill(regs);
	else
		panic("fatal exception in %s", __func__);
	sparc64_ct_rtrap(regs);
}

/*
 * uprobe, ta 0x73 and 0x74: notifiers without the pair
 * uprobe_trap in arch/sparc/kernel/uprobes.c
 */
asmlinkage void sparc64_ct_uprobe(struct pt_regs *regs)
{
	sparc64_ct_etrap(regs);
	sparc64_ct_uprobe_notifier_or_bad_trap(regs);
	sparc64_ct_rtrap(regs);
}

/*
 * TLB miss that finds no TSB for huge pages: allocated without the pair
 * hugetlb_setup in arch/sparc/mm/init_64.c
 */
asmlinkage void sparc64_ct_hugetlb(struct pt_regs *regs)
{
	sparc64_ct_etrap(regs);
	sparc64_ct_huge_pages(regs);
	sparc64_ct_rtrap(regs);
}

/*
 * getcc, setcc, do_getpsr, window flush, FPU on while disabled: pt_regs alone
 * do_getpsr in arch/sparc/kernel/traps_64.c
 */
asmlinkage void sparc64_ct_registers(struct pt_regs *regs)
{
	sparc64_ct_etrap(regs);
	sparc64_ct_change_pt_regs(regs);
	sparc64_ct_rtrap(regs);
}

/*
 * first use of the FPU, and fitos without its operand: assembly that retries at once
 * do_fpdis in arch/sparc/kernel/fpu_traps.S
 */
asmlinkage void noinstr sparc64_ct_fpu_disabled(struct pt_regs *regs)
{
	sparc64_ct_load_fpu_state(regs);
}

/*
 * do_paw, do_vaw, do_irq_tl1 and nine more that are never expected: they die
 * do_irq_tl1 in arch/sparc/kernel/traps_64.c
 */
asmlinkage void sparc64_ct_tl1_fatal(struct pt_regs *regs)
{
	enum ctx_state prev_state __maybe_unused;

	sparc64_ct_etrap(regs);
	prev_state = exception_enter();
	sparc64_ct_die_if_kernel(regs);
	panic("fatal exception in %s", __func__);
}

/*
 * bad_trap_tl1 and the access exceptions at TL above 0: notifiers without the pair
 * bad_trap_tl1 in arch/sparc/kernel/traps_64.c
 */
asmlinkage void sparc64_ct_tl1_notified(struct pt_regs *regs)
{
	sparc64_ct_etrap(regs);
	sparc64_ct_notify_die(regs);
	if (sparc64_ct_notify_lost(regs)) {
		sparc64_ct_dump_tl1_traplog(regs);
		panic("fatal exception in %s", __func__);
	}
	sparc64_ct_rtrap(regs);
}

/*
 * ECC, parity and access errors of sun4u, at PIL 14, without the pair
 * cheetah_deferred_handler in arch/sparc/kernel/traps_64.c
 */
asmlinkage void sparc64_ct_ecc(struct pt_regs *regs)
{
	sparc64_ct_etrap_irq(regs);
	sparc64_ct_log_ecc_error(regs);
	if (sparc64_ct_ecc_fatal(regs))
		panic("fatal exception in %s", __func__);
	sparc64_ct_rtrap(regs);
}

/*
 * resumable error report of sun4v, at PIL 14; a tag mismatch forgets exception_exit
 * sun4v_resum_error in arch/sparc/kernel/traps_64.c
 */
asmlinkage void sparc64_ct_resum_error(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	sparc64_ct_etrap_irq(regs);
	prev_state = exception_enter();
	if (sparc64_ct_mcd_error(regs)) {
		sparc64_ct_do_mcd_err(regs);
		sparc64_ct_rtrap(regs);
		return;
	}
	sparc64_ct_sun4v_log_error(regs);
	exception_exit(prev_state);
	sparc64_ct_rtrap(regs);
}

/*
 * sun4v_nonresum_error, xcall_sync_tick: at PIL 14, without the pair and without irq_enter
 * sun4v_nonresum_error in arch/sparc/kernel/traps_64.c
 */
asmlinkage void sparc64_ct_nonresum_error(struct pt_regs *regs)
{
	sparc64_ct_etrap_irq(regs);
	sparc64_ct_sun4v_nonresum_error(regs);
	if (sparc64_ct_nonresum_fatal(regs))
		panic("fatal exception in %s", __func__);
	sparc64_ct_rtrap(regs);
}

/*
 * interrupt vector: a cross call in assembly, or a level is raised; assembly that retries
 * do_ivec in arch/sparc/kernel/ivec.S
 */
asmlinkage void noinstr sparc64_ct_vector(struct pt_regs *regs)
{
	sparc64_ct_cross_call_or_softint(regs);
}

/*
 * device, timer, function call, deferred work: handler_irq and its like, at PIL 14
 * handler_irq in arch/sparc/kernel/irq_64.c
 */
asmlinkage void sparc64_ct_irq(struct pt_regs *regs)
{
	sparc64_ct_etrap_irq(regs);
	ct_irq_enter();
	irq_enter_rcu();
	sparc64_ct_generic_handle_irq(regs);
	irq_exit_rcu();
	ct_irq_exit();
	sparc64_ct_rtrap(regs);
}

/*
 * reschedule, capture for the PROM, capture for kgdb: without irq_enter, at PIL 14
 * smp_receive_signal_client in arch/sparc/kernel/smp_64.c
 */
asmlinkage void sparc64_ct_ipi(struct pt_regs *regs)
{
	sparc64_ct_etrap_irq(regs);
	sparc64_ct_scheduler_ipi(regs);
	sparc64_ct_rtrap(regs);
}

/*
 * performance counter interrupt, at PIL 15: NMI-like, but its way out preempts and handles signals
 * perfctr_irq in arch/sparc/kernel/nmi.c
 */
asmlinkage void sparc64_ct_nmi(struct pt_regs *regs)
{
	sparc64_ct_etrap_nmi(regs);
	__nmi_enter();
	lockdep_hardirq_enter();
	ct_nmi_enter();
	sparc64_ct_nmi_notifiers(regs);
	if (sparc64_ct_watchdog_panics(regs))
		panic("fatal exception in %s", __func__);
	ct_nmi_exit();
	lockdep_hardirq_exit();
	__nmi_exit();
	sparc64_ct_rtrap_no_irq_enable(regs);
}

/*
 * a new task leaves the kernel for the first time; TIF_NOHZ is inherited
 * ret_from_fork in arch/sparc/kernel/syscalls.S
 */
asmlinkage void sparc64_ct_fork_return(struct pt_regs *regs)
{
	sparc64_ct_unmask(SPARC64_CT_IRQ);
	sparc64_ct_schedule_tail(regs);
	if (sparc64_ct_kernel_thread(regs))
		sparc64_ct_kernel_thread_function(regs);
	sparc64_ct_syscall_trace_leave(regs);
	sparc64_ct_rtrap(regs);
}
