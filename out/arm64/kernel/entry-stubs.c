// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Entry paths of arm64, for Linux 6.12: every way into the kernel
 * and back, in the order of calls that the verifier has seen.
 *
 * Generated from arm64.yaml; do not edit, but change it and run:
 *	gen render arm64.yaml
 */
#include <asm/context_tracking.h>
#include <asm/ptrace.h>
#include <linux/ftrace.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/sched.h>

/*
 * from user mode: lockdep, then USER to KERNEL, then tracing
 * __enter_from_user_mode in arch/arm64/kernel/entry-common.c
 */
static __always_inline void arm64_ct_enter_from_user_mode(struct pt_regs *regs)
{
	lockdep_hardirqs_off(CALLER_ADDR0);
	arm64_ct_user_exit_irqoff();
	trace_hardirqs_off_finish();
	arm64_ct_mte_disable_tco_entry(regs);
}

/*
 * work before the return to user mode, in the KERNEL state
 * do_notify_resume in arch/arm64/kernel/entry-common.c
 */
static __always_inline void arm64_ct_task_work(struct pt_regs *regs)
{
	while (arm64_ct_exit_work(regs)) {
		arm64_ct_unmask(ARM64_CT_IRQ | ARM64_CT_FIQ);
		if (need_resched())
			schedule();
		arm64_ct_do_signal_and_resume_work(regs);
		arm64_ct_mask(ARM64_CT_IRQ | ARM64_CT_FIQ);
	}
}

/*
 * IRQ and FIQ masked, work, then all of DAIF masked
 * exit_to_user_mode_prepare in arch/arm64/kernel/entry-common.c
 */
static __always_inline void arm64_ct_prepare_exit(struct pt_regs *regs)
{
	arm64_ct_mask(ARM64_CT_IRQ | ARM64_CT_FIQ);
	arm64_ct_task_work(regs);
	arm64_ct_mask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
		      ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
}

/*
 * to user mode: work, then all of DAIF masked, then KERNEL to USER
 * exit_to_user_mode in arch/arm64/kernel/entry-common.c
 */
static __always_inline void arm64_ct_exit_to_user_mode(struct pt_regs *regs)
{
	arm64_ct_prepare_exit(regs);
	arm64_ct_mte_check_tfsr_exit(regs);
	trace_hardirqs_on_prepare();
	lockdep_hardirqs_on_prepare();
	arm64_ct_user_enter_irqoff();
	lockdep_hardirqs_on(CALLER_ADDR0);
}

/*
 * from kernel mode: RCU is told only if the idle task was interrupted
 * __enter_from_kernel_mode in arch/arm64/kernel/entry-common.c
 */
static __always_inline void arm64_ct_enter_from_kernel_mode(void)
{
	lockdep_hardirqs_off(CALLER_ADDR0);
	if (is_idle_task(current))
		ct_irq_enter();
	trace_hardirqs_off_finish();
}

/*
 * back to kernel mode
 * __exit_to_kernel_mode in arch/arm64/kernel/entry-common.c
 */
static __always_inline void arm64_ct_exit_to_kernel_mode(struct pt_regs *regs)
{
	if (arm64_ct_irqs_were_on(regs)) {
		if (is_idle_task(current)) {
			trace_hardirqs_on_prepare();
			lockdep_hardirqs_on_prepare();
			ct_irq_exit();
			lockdep_hardirqs_on(CALLER_ADDR0);
		} else {
			trace_hardirqs_on();
		}
	} else {
		if (is_idle_task(current))
			ct_irq_exit();
	}
}

/*
 * NMI-like entry: RCU watches, the state stays
 * arm64_enter_nmi in arch/arm64/kernel/entry-common.c
 */
static __always_inline void arm64_ct_enter_nmi(void)
{
	__nmi_enter();
	lockdep_hardirqs_off(CALLER_ADDR0);
	lockdep_hardirq_enter();
	ct_nmi_enter();
	trace_hardirqs_off_finish();
}

/*
 * NMI-like exit
 * arm64_exit_nmi in arch/arm64/kernel/entry-common.c
 */
static __always_inline void arm64_ct_exit_nmi(struct pt_regs *regs)
{
	if (arm64_ct_lockdep_was_on(regs)) {
		trace_hardirqs_on_prepare();
		lockdep_hardirqs_on_prepare();
	}
	ct_nmi_exit();
	lockdep_hardirq_exit();
	if (arm64_ct_lockdep_was_on(regs))
		lockdep_hardirqs_on(CALLER_ADDR0);
	__nmi_exit();
}

/*
 * debug exception from kernel mode: RCU watches, no preemption
 * arm64_enter_el1_dbg in arch/arm64/kernel/entry-common.c
 */
static __always_inline void arm64_ct_enter_el1_dbg(void)
{
	lockdep_hardirqs_off(CALLER_ADDR0);
	ct_nmi_enter();
	trace_hardirqs_off_finish();
	preempt_disable();
}

/*
 * back from a debug exception
 * arm64_exit_el1_dbg in arch/arm64/kernel/entry-common.c
 */
static __always_inline void arm64_ct_exit_el1_dbg(struct pt_regs *regs)
{
	preempt_enable_no_resched();
	if (arm64_ct_lockdep_was_on(regs)) {
		trace_hardirqs_on_prepare();
		lockdep_hardirqs_on_prepare();
	}
	ct_nmi_exit();
	if (arm64_ct_lockdep_was_on(regs))
		lockdep_hardirqs_on(CALLER_ADDR0);
}

/*
 * DAIF of user code, before the handler of a system call
 * el0_svc in arch/arm64/kernel/entry-common.c
 */
static __always_inline void arm64_ct_unmask_for_svc(void)
{
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
}

/*
 * IRQ and FIQ from user mode
 * el0_interrupt in arch/arm64/kernel/entry-common.c
 */
static __always_inline void arm64_ct_interrupt_from_user(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR);
	if (arm64_ct_kernel_address(regs))
		arm64_ct_apply_bp_hardening(regs);
	irq_enter_rcu();
	arm64_ct_do_interrupt_handler(regs);
	irq_exit_rcu();
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * system call from AArch64, SVC64
 * el0_svc in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_syscall(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_erratum_1463225_svc(regs);
	arm64_ct_fpsimd_syscall_enter(regs);
	arm64_ct_unmask_for_svc();
	arm64_ct_do_el0_svc(regs);
	arm64_ct_exit_to_user_mode(regs);
	arm64_ct_fpsimd_syscall_exit(regs);
}

/*
 * system call from AArch32, SVC32
 * el0_svc_compat in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_syscall_compat(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_erratum_1463225_svc(regs);
	arm64_ct_unmask_for_svc();
	arm64_ct_do_el0_svc_compat(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * data abort from EL0
 * el0_da in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_page_fault_data(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_mem_abort(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * instruction abort from EL0
 * el0_ia in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_page_fault_insn(struct pt_regs *regs)
{
	if (arm64_ct_kernel_address(regs))
		arm64_ct_apply_bp_hardening(regs);
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_mem_abort(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * FP and ASIMD access trap
 * el0_fpsimd_acc in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_fpu_access(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_fpsimd_acc(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * SVE access trap
 * el0_sve_acc in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_sve_access(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_sve_acc(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * SME access trap
 * el0_sme_acc in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_sme_access(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_sme_acc(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * floating-point exception
 * el0_fpsimd_exc in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_fpu_exc(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_fpsimd_exc(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * trapped system instruction, WFE and WFI
 * el0_sys in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_sysinsn(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_el0_sys(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * PC alignment fault
 * el0_pc in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_pc_align(struct pt_regs *regs)
{
	if (arm64_ct_kernel_address(regs))
		arm64_ct_apply_bp_hardening(regs);
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_sp_pc_abort(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * SP alignment fault
 * el0_sp in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_sp_align(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_sp_pc_abort(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * undefined instruction
 * el0_undef in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_undef(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_el0_undef(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * branch target exception
 * el0_bti in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_bti(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_el0_bti(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * memory copy and set exception
 * el0_mops in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_mops(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_el0_mops(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * pointer authentication failure
 * el0_fpac in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_fpac(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_el0_fpac(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * AArch32 CP15 access
 * el0_cp15 in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_cp15(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_el0_cp15(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * any other synchronous exception from EL0
 * el0_inv in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_inval(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_bad_el0_sync(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * hardware breakpoint from EL0
 * el0_breakpt in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_debug_breakpt(struct pt_regs *regs)
{
	if (arm64_ct_kernel_address(regs))
		arm64_ct_apply_bp_hardening(regs);
	arm64_ct_enter_from_user_mode(regs);
	preempt_disable();
	arm64_ct_do_breakpoint(regs);
	preempt_enable_no_resched();
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * single step from EL0
 * el0_softstp in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_debug_step(struct pt_regs *regs)
{
	if (arm64_ct_kernel_address(regs))
		arm64_ct_apply_bp_hardening(regs);
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_try_step_suspended_breakpoints(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	if (arm64_ct_step_done(regs))
		arm64_ct_step_was_suspended(regs);
	else
		arm64_ct_do_el0_softstep(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * watchpoint from EL0
 * el0_watchpt in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_debug_watchpt(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	preempt_disable();
	arm64_ct_do_watchpoint(regs);
	preempt_enable_no_resched();
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * BRK instruction from EL0
 * el0_brk64 in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_debug_brk(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_el0_brk64(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * AArch32 BKPT instruction
 * el0_bkpt32 in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_debug_bkpt32(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_bkpt32(regs);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * IRQ from user mode; a pseudo-NMI comes this way too
 * el0t_64_irq_handler in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_irq(struct pt_regs *regs)
{
	arm64_ct_interrupt_from_user(regs);
}

/*
 * pseudo-NMI from user mode: treated as an IRQ
 * el0t_64_irq_handler in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_irq_pseudo_nmi(struct pt_regs *regs)
{
	arm64_ct_interrupt_from_user(regs);
}

/*
 * FIQ from user mode
 * el0t_64_fiq_handler in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_fiq(struct pt_regs *regs)
{
	arm64_ct_interrupt_from_user(regs);
}

/*
 * SError from user mode
 * __el0_error_handler_common in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_serror(struct pt_regs *regs)
{
	arm64_ct_enter_from_user_mode(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG);
	arm64_ct_enter_nmi();
	arm64_ct_do_serror(regs);
	arm64_ct_exit_nmi(regs);
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_exit_to_user_mode(regs);
}

/*
 * SDEI event: the firmware calls in, with DAIF masked
 * __sdei_handler in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_sdei(struct pt_regs *regs)
{
	arm64_ct_enter_nmi();
	arm64_ct_do_sdei_event(regs);
	arm64_ct_exit_nmi(regs);
}

/*
 * data or instruction abort from EL1
 * el1_abort in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_kernel_abort(struct pt_regs *regs)
{
	arm64_ct_enter_from_kernel_mode();
	arm64_ct_inherit(regs, ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			 ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_mem_abort(regs);
	arm64_ct_mask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
		      ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_exit_to_kernel_mode(regs);
}

/*
 * undefined instruction, PC alignment, BTI or FPAC from EL1
 * el1_undef in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_kernel_undef(struct pt_regs *regs)
{
	arm64_ct_enter_from_kernel_mode();
	arm64_ct_inherit(regs, ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
			 ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_do_el1_undef(regs);
	arm64_ct_mask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
		      ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
	arm64_ct_exit_to_kernel_mode(regs);
}

/*
 * hardware breakpoint from EL1
 * el1_breakpt in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_kernel_debug_breakpt(struct pt_regs *regs)
{
	arm64_ct_enter_el1_dbg();
	arm64_ct_do_breakpoint(regs);
	arm64_ct_exit_el1_dbg(regs);
}

/*
 * single step from EL1
 * el1_softstp in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_kernel_debug_step(struct pt_regs *regs)
{
	arm64_ct_enter_el1_dbg();
	arm64_ct_do_el1_softstep(regs);
	arm64_ct_exit_el1_dbg(regs);
}

/*
 * watchpoint from EL1
 * el1_watchpt in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_kernel_debug_watchpt(struct pt_regs *regs)
{
	arm64_ct_enter_el1_dbg();
	arm64_ct_do_watchpoint(regs);
	arm64_ct_exit_el1_dbg(regs);
}

/*
 * BRK from EL1: WARN, BUG, kprobe
 * el1_brk64 in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_kernel_debug_brk(struct pt_regs *regs)
{
	arm64_ct_enter_el1_dbg();
	arm64_ct_do_el1_brk64(regs);
	arm64_ct_exit_el1_dbg(regs);
}

/*
 * IRQ from EL1
 * el1h_64_irq_handler in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_kernel_irq(struct pt_regs *regs)
{
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR);
	arm64_ct_enter_from_kernel_mode();
	irq_enter_rcu();
	arm64_ct_do_interrupt_handler(regs);
	irq_exit_rcu();
	if (arm64_ct_may_preempt(regs))
		preempt_schedule_irq();
	arm64_ct_exit_to_kernel_mode(regs);
	arm64_ct_mask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
		      ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
}

/*
 * FIQ from EL1
 * el1h_64_fiq_handler in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_kernel_fiq(struct pt_regs *regs)
{
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR);
	arm64_ct_enter_from_kernel_mode();
	irq_enter_rcu();
	arm64_ct_do_interrupt_handler(regs);
	irq_exit_rcu();
	if (arm64_ct_may_preempt(regs))
		preempt_schedule_irq();
	arm64_ct_exit_to_kernel_mode(regs);
	arm64_ct_mask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
		      ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
}

/*
 * pseudo-NMI from EL1, where the PMR masks but DAIF does not
 * __el1_pnmi in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_pseudo_nmi(struct pt_regs *regs)
{
	arm64_ct_unmask(ARM64_CT_DEBUG | ARM64_CT_SERROR);
	arm64_ct_enter_nmi();
	arm64_ct_do_interrupt_handler(regs);
	arm64_ct_exit_nmi(regs);
}

/*
 * SError from EL1
 * el1h_64_error_handler in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_kernel_serror(struct pt_regs *regs)
{
	arm64_ct_unmask(ARM64_CT_DEBUG);
	arm64_ct_enter_nmi();
	arm64_ct_do_serror(regs);
	arm64_ct_exit_nmi(regs);
	arm64_ct_mask(ARM64_CT_DEBUG | ARM64_CT_SERROR | ARM64_CT_IRQ |
		      ARM64_CT_FIQ | ARM64_CT_PSEUDO_NMI);
}

/*
 * stack overflow in the kernel
 * handle_bad_stack in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_kernel_badstack(struct pt_regs *regs)
{
	arm64_ct_enter_nmi();
	arm64_ct_panic_bad_stack(regs);
	panic("fatal exception in %s", __func__);
}

/*
 * a new task leaves the kernel for the first time
 * asm_exit_to_user_mode in arch/arm64/kernel/entry-common.c
 */
asmlinkage void noinstr arm64_ct_fork_return(struct pt_regs *regs)
{
	arm64_ct_exit_to_user_mode(regs);
}
