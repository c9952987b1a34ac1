/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Context tracking of loongarch, for Linux 6.12.
 * LoongArch: generic entry code behind assembly vectors
 *
 * Generated from loongarch.yaml; do not edit, but change it and run:
 *	gen render loongarch.yaml
 */
#ifndef _ASM_LOONGARCH_CONTEXT_TRACKING_H
#define _ASM_LOONGARCH_CONTEXT_TRACKING_H

#include <linux/bits.h>
#include <linux/context_tracking.h>
#include <linux/irqflags.h>
#include <linux/linkage.h>
#include <linux/types.h>

struct pt_regs;

/* What can be masked. */
/* interrupt: CRMD.IE */
#define LOONGARCH_CT_IRQ	BIT(0)

static __always_inline void loongarch_ct_mask(unsigned long classes)
{
	if (classes & LOONGARCH_CT_IRQ)
		raw_local_irq_disable();
}

static __always_inline void loongarch_ct_unmask(unsigned long classes)
{
	if (classes & LOONGARCH_CT_IRQ)
		raw_local_irq_enable();
}

/* The port provides these: what the kernel is entered for. */
void loongarch_ct_uprobe_notify_resume(struct pt_regs *regs);
void loongarch_ct_arch_do_signal_or_restart(struct pt_regs *regs);
void loongarch_ct_resume_user_mode_work(struct pt_regs *regs);
void loongarch_ct_tick_nohz_user_enter_prepare(struct pt_regs *regs);
void loongarch_ct_lockdep_sys_exit(struct pt_regs *regs);
void loongarch_ct_syscall_trace_enter(struct pt_regs *regs);
void loongarch_ct_syscall_exit_work(struct pt_regs *regs);
void loongarch_ct_rcu_irq_enter_check_tick(struct pt_regs *regs);
void loongarch_ct_handle_arch_irq(struct pt_regs *regs);
void loongarch_ct_syscall_function(struct pt_regs *regs);
void loongarch_ct_choose_random_kstack_offset(struct pt_regs *regs);
void loongarch_ct_do_page_fault(struct pt_regs *regs);
void loongarch_ct_handle_page_fault(struct pt_regs *regs);
void loongarch_ct_fill_tlb(struct pt_regs *regs);
void loongarch_ct_tlb_update(struct pt_regs *regs);
void loongarch_ct_notify_die(struct pt_regs *regs);
void loongarch_ct_send_sigfpe(struct pt_regs *regs);
void loongarch_ct_address_error(struct pt_regs *regs);
void loongarch_ct_emulate_load_store_insn(struct pt_regs *regs);
void loongarch_ct_misaligned_access(struct pt_regs *regs);
void loongarch_ct_bounds_check_error(struct pt_regs *regs);
void loongarch_ct_break_instruction(struct pt_regs *regs);
void loongarch_ct_hardware_watchpoint(struct pt_regs *regs);
void loongarch_ct_send_sigill(struct pt_regs *regs);
void loongarch_ct_init_restore_fp(struct pt_regs *regs);
void loongarch_ct_init_restore_lsx(struct pt_regs *regs);
void loongarch_ct_init_restore_lasx(struct pt_regs *regs);
void loongarch_ct_init_restore_lbt(struct pt_regs *regs);
void loongarch_ct_reserved_exception(struct pt_regs *regs);
void loongarch_ct_schedule_tail(struct pt_regs *regs);
void loongarch_ct_kernel_thread_function(struct pt_regs *regs);

/* The port answers these. */
/* any flag of EXIT_TO_USER_MODE_WORK is set */
bool loongarch_ct_exit_work(struct pt_regs *regs);
/* TIF_UPROBE is set */
bool loongarch_ct_uprobe_pending(struct pt_regs *regs);
/* TIF_SIGPENDING or TIF_NOTIFY_SIGNAL is set */
bool loongarch_ct_signal_pending(struct pt_regs *regs);
/* TIF_NOTIFY_RESUME is set */
bool loongarch_ct_notify_resume(struct pt_regs *regs);
/* the interrupted code ran with interrupts on */
bool loongarch_ct_irqs_were_on(struct pt_regs *regs);
/* PREEMPTION is configured and preempt_count is zero */
bool loongarch_ct_may_preempt(struct pt_regs *regs);
/* no notifier said NOTIFY_STOP */
bool loongarch_ct_notify_declined(struct pt_regs *regs);
/* ARCH_STRICT_ALIGN is configured: the access is emulated */
bool loongarch_ct_strict_align(struct pt_regs *regs);

#ifdef CONFIG_CONTEXT_TRACKING_USER

/* USER to KERNEL with interrupts masked; warns unless the state is USER */
static __always_inline void loongarch_ct_user_exit_irqoff(void)
{
	CT_WARN_ON(__ct_state() != CT_STATE_USER);
	user_exit_irqoff();
}

/* KERNEL to USER with interrupts masked */
static __always_inline void loongarch_ct_user_enter_irqoff(void)
{
	user_enter_irqoff();
}

#else /* !CONFIG_CONTEXT_TRACKING_USER */

static __always_inline void loongarch_ct_user_exit_irqoff(void) { }

static __always_inline void loongarch_ct_user_enter_irqoff(void) { }

#endif /* CONFIG_CONTEXT_TRACKING_USER */

/* The entry paths, in kernel/entry-stubs.c. */
asmlinkage void loongarch_ct_syscall(struct pt_regs *regs);
asmlinkage void loongarch_ct_page_fault(struct pt_regs *regs);
asmlinkage void loongarch_ct_tlb_refill(struct pt_regs *regs);
asmlinkage void loongarch_ct_tlb_fast(struct pt_regs *regs);
asmlinkage void loongarch_ct_irq(struct pt_regs *regs);
asmlinkage void loongarch_ct_fpe(struct pt_regs *regs);
asmlinkage void loongarch_ct_ade(struct pt_regs *regs);
asmlinkage void loongarch_ct_unaligned(struct pt_regs *regs);
asmlinkage void loongarch_ct_bce(struct pt_regs *regs);
asmlinkage void loongarch_ct_debug_brk(struct pt_regs *regs);
asmlinkage void loongarch_ct_watch(struct pt_regs *regs);
asmlinkage void loongarch_ct_undef(struct pt_regs *regs);
asmlinkage void loongarch_ct_fpu(struct pt_regs *regs);
asmlinkage void loongarch_ct_lsx(struct pt_regs *regs);
asmlinkage void loongarch_ct_lasx(struct pt_regs *regs);
asmlinkage void loongarch_ct_lbt(struct pt_regs *regs);
asmlinkage void loongarch_ct_reserved(struct pt_regs *regs);
asmlinkage void loongarch_ct_machine_error(struct pt_regs *regs);
asmlinkage void loongarch_ct_fork_return(struct pt_regs *regs);
asmlinkage void loongarch_ct_kernel_thread_return(struct pt_regs *regs);

#endif /* _ASM_LOONGARCH_CONTEXT_TRACKING_H */
