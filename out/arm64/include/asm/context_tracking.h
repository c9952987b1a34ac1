/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Context tracking of arm64, for Linux 6.12.
 * AArch64: noinstr C entry code of its own behind assembly vectors
 *
 * Generated from arm64.yaml; do not edit, but change it and run:
 *	gen render arm64.yaml
 */
#ifndef _ASM_ARM64_CONTEXT_TRACKING_H
#define _ASM_ARM64_CONTEXT_TRACKING_H

#include <linux/bits.h>
#include <linux/context_tracking.h>
#include <linux/irqflags.h>
#include <linux/linkage.h>
#include <linux/types.h>

struct pt_regs;

/* What can be masked. */
/* IRQ: PSTATE.I, or ICC_PMR_EL1 with pseudo-NMI */
#define ARM64_CT_IRQ	BIT(0)
/* FIQ: PSTATE.F */
#define ARM64_CT_FIQ	BIT(1)
/* an IRQ with NMI priority: PSTATE.I alone masks it */
#define ARM64_CT_PSEUDO_NMI	BIT(2)
/* SError: PSTATE.A */
#define ARM64_CT_SERROR	BIT(3)
/* hardware breakpoint, watchpoint, single step: PSTATE.D */
#define ARM64_CT_DEBUG	BIT(4)

/* The port provides these: close classes, open them, or open what regs had open. */
void arm64_ct_inherit(const struct pt_regs *regs, unsigned long classes);
void arm64_ct_mask(unsigned long classes);
void arm64_ct_unmask(unsigned long classes);

/* The port provides these: what the kernel is entered for. */
void arm64_ct_mte_disable_tco_entry(struct pt_regs *regs);
void arm64_ct_do_signal_and_resume_work(struct pt_regs *regs);
void arm64_ct_mte_check_tfsr_exit(struct pt_regs *regs);
void arm64_ct_apply_bp_hardening(struct pt_regs *regs);
void arm64_ct_do_interrupt_handler(struct pt_regs *regs);
void arm64_ct_erratum_1463225_svc(struct pt_regs *regs);
void arm64_ct_fpsimd_syscall_enter(struct pt_regs *regs);
void arm64_ct_do_el0_svc(struct pt_regs *regs);
void arm64_ct_fpsimd_syscall_exit(struct pt_regs *regs);
void arm64_ct_do_el0_svc_compat(struct pt_regs *regs);
void arm64_ct_do_mem_abort(struct pt_regs *regs);
void arm64_ct_do_fpsimd_acc(struct pt_regs *regs);
void arm64_ct_do_sve_acc(struct pt_regs *regs);
void arm64_ct_do_sme_acc(struct pt_regs *regs);
void arm64_ct_do_fpsimd_exc(struct pt_regs *regs);
void arm64_ct_do_el0_sys(struct pt_regs *regs);
void arm64_ct_do_sp_pc_abort(struct pt_regs *regs);
void arm64_ct_do_el0_undef(struct pt_regs *regs);
void arm64_ct_do_el0_bti(struct pt_regs *regs);
void arm64_ct_do_el0_mops(struct pt_regs *regs);
void arm64_ct_do_el0_fpac(struct pt_regs *regs);
void arm64_ct_do_el0_cp15(struct pt_regs *regs);
void arm64_ct_bad_el0_sync(struct pt_regs *regs);
void arm64_ct_do_breakpoint(struct pt_regs *regs);
void arm64_ct_try_step_suspended_breakpoints(struct pt_regs *regs);
void arm64_ct_step_was_suspended(struct pt_regs *regs);
void arm64_ct_do_el0_softstep(struct pt_regs *regs);
void arm64_ct_do_watchpoint(struct pt_regs *regs);
void arm64_ct_do_el0_brk64(struct pt_regs *regs);
void arm64_ct_do_bkpt32(struct pt_regs *regs);
void arm64_ct_do_serror(struct pt_regs *regs);
void arm64_ct_do_sdei_event(struct pt_regs *regs);
void arm64_ct_do_el1_undef(struct pt_regs *regs);
void arm64_ct_do_el1_softstep(struct pt_regs *regs);
void arm64_ct_do_el1_brk64(struct pt_regs *regs);
void arm64_ct_panic_bad_stack(struct pt_regs *regs);

/* The port answers these. */
/* any flag of _TIF_WORK_MASK is set */
bool arm64_ct_exit_work(struct pt_regs *regs);
/* the interrupted code ran with interrupts on */
bool arm64_ct_irqs_were_on(struct pt_regs *regs);
/* lockdep saw interrupts on when this was entered */
bool arm64_ct_lockdep_was_on(struct pt_regs *regs);
/* the faulting address is not a user address */
bool arm64_ct_kernel_address(struct pt_regs *regs);
/* a suspended breakpoint explains the step */
bool arm64_ct_step_done(struct pt_regs *regs);
/* preempt_count is zero, nothing is set in DAIF, cpufeatures are final */
bool arm64_ct_may_preempt(struct pt_regs *regs);

#ifdef CONFIG_CONTEXT_TRACKING_USER

/* USER to KERNEL with interrupts masked; warns unless the state is USER */
static __always_inline void arm64_ct_user_exit_irqoff(void)
{
	CT_WARN_ON(__ct_state() != CT_STATE_USER);
	user_exit_irqoff();
}

/* KERNEL to USER with interrupts masked */
static __always_inline void arm64_ct_user_enter_irqoff(void)
{
	user_enter_irqoff();
}

#else /* !CONFIG_CONTEXT_TRACKING_USER */

static __always_inline void arm64_ct_user_exit_irqoff(void) { }

static __always_inline void arm64_ct_user_enter_irqoff(void) { }

#endif /* CONFIG_CONTEXT_TRACKING_USER */

/* The entry paths, in kernel/entry-stubs.c. */
asmlinkage void arm64_ct_syscall(struct pt_regs *regs);
asmlinkage void arm64_ct_syscall_compat(struct pt_regs *regs);
asmlinkage void arm64_ct_page_fault_data(struct pt_regs *regs);
asmlinkage void arm64_ct_page_fault_insn(struct pt_regs *regs);
asmlinkage void arm64_ct_fpu_access(struct pt_regs *regs);
asmlinkage void arm64_ct_sve_access(struct pt_regs *regs);
asmlinkage void arm64_ct_sme_access(struct pt_regs *regs);
asmlinkage void arm64_ct_fpu_exc(struct pt_regs *regs);
asmlinkage void arm64_ct_sysinsn(struct pt_regs *regs);
asmlinkage void arm64_ct_pc_align(struct pt_regs *regs);
asmlinkage void arm64_ct_sp_align(struct pt_regs *regs);
asmlinkage void arm64_ct_undef(struct pt_regs *regs);
asmlinkage void arm64_ct_bti(struct pt_regs *regs);
asmlinkage void arm64_ct_mops(struct pt_regs *regs);
asmlinkage void arm64_ct_fpac(struct pt_regs *regs);
asmlinkage void arm64_ct_cp15(struct pt_regs *regs);
asmlinkage void arm64_ct_inval(struct pt_regs *regs);
asmlinkage void arm64_ct_debug_breakpt(struct pt_regs *regs);
asmlinkage void arm64_ct_debug_step(struct pt_regs *regs);
asmlinkage void arm64_ct_debug_watchpt(struct pt_regs *regs);
asmlinkage void arm64_ct_debug_brk(struct pt_regs *regs);
asmlinkage void arm64_ct_debug_bkpt32(struct pt_regs *regs);
asmlinkage void arm64_ct_irq(struct pt_regs *regs);
asmlinkage void arm64_ct_irq_pseudo_nmi(struct pt_regs *regs);
asmlinkage void arm64_ct_fiq(struct pt_regs *regs);
asmlinkage void arm64_ct_serror(struct pt_regs *regs);
asmlinkage void arm64_ct_sdei(struct pt_regs *regs);
asmlinkage void arm64_ct_kernel_abort(struct pt_regs *regs);
asmlinkage void arm64_ct_kernel_undef(struct pt_regs *regs);
asmlinkage void arm64_ct_kernel_debug_breakpt(struct pt_regs *regs);
asmlinkage void arm64_ct_kernel_debug_step(struct pt_regs *regs);
asmlinkage void arm64_ct_kernel_debug_watchpt(struct pt_regs *regs);
asmlinkage void arm64_ct_kernel_debug_brk(struct pt_regs *regs);
asmlinkage void arm64_ct_kernel_irq(struct pt_regs *regs);
asmlinkage void arm64_ct_kernel_fiq(struct pt_regs *regs);
asmlinkage void arm64_ct_pseudo_nmi(struct pt_regs *regs);
asmlinkage void arm64_ct_kernel_serror(struct pt_regs *regs);
asmlinkage void arm64_ct_kernel_badstack(struct pt_regs *regs);
asmlinkage void arm64_ct_fork_return(struct pt_regs *regs);

#endif /* _ASM_ARM64_CONTEXT_TRACKING_H */
