/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Context tracking of csky, for Linux 6.12.
 * C-SKY: own assembly, preemption after user_enter
 *
 * Generated from csky.yaml; do not edit, but change it and run:
 *	gen render csky.yaml
 */
#ifndef _ASM_CSKY_CONTEXT_TRACKING_H
#define _ASM_CSKY_CONTEXT_TRACKING_H

#include <linux/bits.h>
#include <linux/context_tracking.h>
#include <linux/irqflags.h>
#include <linux/linkage.h>
#include <linux/types.h>

struct pt_regs;

/* What can be masked. */
/* interrupt: PSR.IE */
#define CSKY_CT_IRQ	BIT(0)

static __always_inline void csky_ct_mask(unsigned long classes)
{
	if (classes & CSKY_CT_IRQ)
		raw_local_irq_disable();
}

static __always_inline void csky_ct_unmask(unsigned long classes)
{
	if (classes & CSKY_CT_IRQ)
		raw_local_irq_enable();
}

/* The port provides these: what the kernel is entered for. */
void csky_ct_handle_arch_irq(struct pt_regs *regs);
void csky_ct_do_notify_resume(struct pt_regs *regs);
void csky_ct_syscall_trace_enter(struct pt_regs *regs);
void csky_ct_syscall_function(struct pt_regs *regs);
void csky_ct_syscall_trace_exit(struct pt_regs *regs);
void csky_ct_csky_cmpxchg_fixup(struct pt_regs *regs);
void csky_ct_send_sigsegv(struct pt_regs *regs);
void csky_ct_vmalloc_fault(struct pt_regs *regs);
void csky_ct_handle_mm_fault(struct pt_regs *regs);
void csky_ct_trap_c_user(struct pt_regs *regs);
void csky_ct_trap_c_kernel(struct pt_regs *regs);
void csky_ct_cmpxchg_user_word(struct pt_regs *regs);
void csky_ct_page_fault_of_trap2(struct pt_regs *regs);
void csky_ct_read_tls_pointer(struct pt_regs *regs);
void csky_ct_schedule_tail(struct pt_regs *regs);
void csky_ct_kernel_thread_function(struct pt_regs *regs);

/* The port answers these. */
/* any flag of _TIF_WORK_MASK is set */
bool csky_ct_work_pending(struct pt_regs *regs);
/* PREEMPTION is configured and preempt_count is zero */
bool csky_ct_may_preempt(struct pt_regs *regs);
/* the interrupted code ran with interrupts on */
bool csky_ct_irqs_were_on(struct pt_regs *regs);
/* the number is below __NR_syscalls and has a function */
bool csky_ct_syscall_known(struct pt_regs *regs);
/* any flag of _TIF_SYSCALL_WORK is set */
bool csky_ct_syscall_work(struct pt_regs *regs);
/* neither a tracer nor seccomp refused the system call */
bool csky_ct_syscall_allowed(struct pt_regs *regs);
/* the faulting address is in the vmalloc area */
bool csky_ct_vmalloc_address(struct pt_regs *regs);
/* the user's word is not mapped, or not writable yet */
bool csky_ct_user_word_faults(struct pt_regs *regs);
/* the new task is a kernel thread */
bool csky_ct_kernel_thread(struct pt_regs *regs);

#ifdef CONFIG_CONTEXT_TRACKING_USER

/* to KERNEL, as assembly calls it */
static __always_inline void csky_ct_user_exit_callable(void)
{
	user_exit_callable();
}

/* KERNEL to USER, as assembly calls it */
static __always_inline void csky_ct_user_enter_callable(void)
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

static __always_inline void csky_ct_user_exit_callable(void) { }

static __always_inline void csky_ct_user_enter_callable(void) { }

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
asmlinkage void csky_ct_syscall(struct pt_regs *regs);
asmlinkage void csky_ct_page_fault(struct pt_regs *regs);
asmlinkage void csky_ct_exceptions(struct pt_regs *regs);
asmlinkage void csky_ct_irq(struct pt_regs *regs);
asmlinkage void csky_ct_cmpxchg_trap(struct pt_regs *regs);
asmlinkage void csky_ct_get_tls_trap(struct pt_regs *regs);
asmlinkage void csky_ct_fork_return(struct pt_regs *regs);

#endif /* _ASM_CSKY_CONTEXT_TRACKING_H */
