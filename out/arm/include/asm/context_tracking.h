/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Context tracking of arm, for Linux 6.12.
 * ARM, A and R profile: own assembly, user_exit after interrupts are open
 *
 * Generated from arm.yaml; do not edit, but change it and run:
 *	gen render arm.yaml
 */
#ifndef _ASM_ARM_CONTEXT_TRACKING_H
#define _ASM_ARM_CONTEXT_TRACKING_H

#include <linux/bits.h>
#include <linux/context_tracking.h>
#include <linux/irqflags.h>
#include <linux/linkage.h>
#include <linux/types.h>

struct pt_regs;

/* What can be masked. */
/* IRQ: PSR.I */
#define ARM_CT_IRQ	BIT(0)
/* FIQ: PSR.F */
#define ARM_CT_FIQ	BIT(1)
/* imprecise external abort: PSR.A, from ARMv6 on */
#define ARM_CT_ABORT	BIT(2)

/* The port provides these: close classes, open them, or open what regs had open. */
void arm_ct_inherit(const struct pt_regs *regs, unsigned long classes);
void arm_ct_mask(unsigned long classes);
void arm_ct_unmask(unsigned long classes);

/* The port provides these: what the kernel is entered for. */
void arm_ct_handle_arch_irq(struct pt_regs *regs);
void arm_ct_handle_fiq_as_nmi(struct pt_regs *regs);
void arm_ct_ftrace_nmi_enter(struct pt_regs *regs);
void arm_ct_fiq_handlers(struct pt_regs *regs);
void arm_ct_ftrace_nmi_exit(struct pt_regs *regs);
void arm_ct_syscall_trace_enter(struct pt_regs *regs);
void arm_ct_syscall_function(struct pt_regs *regs);
void arm_ct_syscall_trace_exit(struct pt_regs *regs);
void arm_ct_do_rseq_syscall(struct pt_regs *regs);
void arm_ct_do_signal_and_resume_work(struct pt_regs *regs);
void arm_ct_stackleak_erase_on_task_stack(struct pt_regs *regs);
void arm_ct_read_swi_instruction(struct pt_regs *regs);
void arm_ct_kuser_cmpxchg_check(struct pt_regs *regs);
void arm_ct_do_data_abort_user(struct pt_regs *regs);
void arm_ct_do_prefetch_abort_user(struct pt_regs *regs);
void arm_ct_call_fpe(struct pt_regs *regs);
void arm_ct_do_undefinstr_user(struct pt_regs *regs);
void arm_ct_do_data_abort_kernel(struct pt_regs *regs);
void arm_ct_do_prefetch_abort_kernel(struct pt_regs *regs);
void arm_ct_do_undefinstr_kernel(struct pt_regs *regs);
void arm_ct_board_abort_handler(struct pt_regs *regs);
void arm_ct_handle_bad_stack(struct pt_regs *regs);
void arm_ct_bad_mode(struct pt_regs *regs);
void arm_ct_schedule_tail(struct pt_regs *regs);
void arm_ct_kernel_thread_function(struct pt_regs *regs);

/* The port answers these. */
/* the interrupted code ran with interrupts on */
bool arm_ct_irqs_were_on(struct pt_regs *regs);
/* any flag of _TIF_SYSCALL_WORK is set */
bool arm_ct_syscall_work(struct pt_regs *regs);
/* neither a tracer nor seccomp refused the system call */
bool arm_ct_syscall_allowed(struct pt_regs *regs);
/* DEBUG_RSEQ is configured */
bool arm_ct_rseq_debug(struct pt_regs *regs);
/* the thread flags, shifted left by 16, match _TIF_SYSCALL_WORK */
bool arm_ct_trace_exit(struct pt_regs *regs);
/* do_signal wants the system call again, without leaving the kernel */
bool arm_ct_restart_syscall(struct pt_regs *regs);
/* any of the thread flags 0 to 15 is set */
bool arm_ct_work_pending(struct pt_regs *regs);
/* OABI_COMPAT is configured: the SWI instruction tells the ABI */
bool arm_ct_swi_read(struct pt_regs *regs);
/* the SWI instruction faults and cannot be read */
bool arm_ct_swi_unreadable(struct pt_regs *regs);
/* an ARM instruction, with FPE_NWFPE; up to 6.5 any ARM one, and on ARMv7 a Thumb one */
bool arm_ct_asm_dispatch(struct pt_regs *regs);
/* the FPE, iWMMXt or, up to 6.5, VFP took the instruction, or it cannot be read */
bool arm_ct_dispatched(struct pt_regs *regs);
/* a board's handler explains the imprecise abort */
bool arm_ct_abort_explained(struct pt_regs *regs);
/* PREEMPTION is configured and preempt_count is zero */
bool arm_ct_may_preempt(struct pt_regs *regs);
/* the new task is a kernel thread */
bool arm_ct_kernel_thread(struct pt_regs *regs);

#ifdef CONFIG_CONTEXT_TRACKING_USER

/* to KERNEL, as assembly calls it */
static __always_inline void arm_ct_user_exit_callable(void)
{
	user_exit_callable();
}

/* KERNEL to USER, as assembly calls it */
static __always_inline void arm_ct_user_enter_callable(void)
{
	user_enter_callable();
}

#if !defined(_LINUX_CONTEXT_TRACKING_H) && !defined(exception_enter)
/* The generic header has no pair: this one keeps the state on the stack. */
#define exception_enter exception_enter
static inline enum ctx_state exception_enter(void)
{
	enum ctx_state prev_state = __ct_state();

	if (prev_state == CT_STATE_USER)
		user_exit();

	return prev_state;
}

#define exception_exit exception_exit
static inline void exception_exit(enum ctx_state prev_state)
{
	if (prev_state == CT_STATE_USER)
		user_enter();
}
#endif

#else /* !CONFIG_CONTEXT_TRACKING_USER */

static __always_inline void arm_ct_user_exit_callable(void) { }

static __always_inline void arm_ct_user_enter_callable(void) { }

#if !defined(_LINUX_CONTEXT_TRACKING_H) && !defined(exception_enter)
#define exception_enter exception_enter
static inline enum ctx_state exception_enter(void)
{
	return CT_STATE_KERNEL;
}

#define exception_exit exception_exit
static inline void exception_exit(enum ctx_state prev_state __always_unused) { }
#endif

#endif /* CONFIG_CONTEXT_TRACKING_USER */

/* The entry paths, in kernel/entry-stubs.c. */
asmlinkage void arm_ct_syscall(struct pt_regs *regs);
asmlinkage void arm_ct_page_fault_data(struct pt_regs *regs);
asmlinkage void arm_ct_page_fault_insn(struct pt_regs *regs);
asmlinkage void arm_ct_undef(struct pt_regs *regs);
asmlinkage void arm_ct_irq(struct pt_regs *regs);
asmlinkage void arm_ct_fiq(struct pt_regs *regs);
asmlinkage void arm_ct_kernel_abort(struct pt_regs *regs);
asmlinkage void arm_ct_kernel_abort_insn(struct pt_regs *regs);
asmlinkage void arm_ct_kernel_undef(struct pt_regs *regs);
asmlinkage void arm_ct_kernel_external_abort(struct pt_regs *regs);
asmlinkage void arm_ct_kernel_irq(struct pt_regs *regs);
asmlinkage void arm_ct_kernel_fiq(struct pt_regs *regs);
asmlinkage void arm_ct_kernel_badstack(struct pt_regs *regs);
asmlinkage void arm_ct_kernel_bad_mode(struct pt_regs *regs);
asmlinkage void arm_ct_fork_return(struct pt_regs *regs);

#endif /* _ASM_ARM_CONTEXT_TRACKING_H */
