/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Context tracking of riscv, for Linux 6.12.
 * RISC-V: generic entry code behind one assembly stub
 *
 * Generated from riscv.yaml; do not edit, but change it and run:
 *	gen render riscv.yaml
 */
#ifndef _ASM_RISCV_CONTEXT_TRACKING_H
#define _ASM_RISCV_CONTEXT_TRACKING_H

#include <linux/bits.h>
#include <linux/context_tracking.h>
#include <linux/irqflags.h>
#include <linux/linkage.h>
#include <linux/types.h>

struct pt_regs;

/* What can be masked. */
/* interrupt: sstatus.SIE */
#define RISCV_CT_IRQ	BIT(0)

/* The port provides these: close classes, open them, or open what regs had open. */
void riscv_ct_inherit(const struct pt_regs *regs, unsigned long classes);

static __always_inline void riscv_ct_mask(unsigned long classes)
{
	if (classes & RISCV_CT_IRQ)
		raw_local_irq_disable();
}

static __always_inline void riscv_ct_unmask(unsigned long classes)
{
	if (classes & RISCV_CT_IRQ)
		raw_local_irq_enable();
}

/* The port provides these: what the kernel is entered for. */
void riscv_ct_riscv_v_context_nesting_start(struct pt_regs *regs);
void riscv_ct_stackleak_erase_on_task_stack(struct pt_regs *regs);
void riscv_ct_riscv_v_context_nesting_end(struct pt_regs *regs);
void riscv_ct_uprobe_notify_resume(struct pt_regs *regs);
void riscv_ct_arch_do_signal_or_restart(struct pt_regs *regs);
void riscv_ct_resume_user_mode_work(struct pt_regs *regs);
void riscv_ct_tick_nohz_user_enter_prepare(struct pt_regs *regs);
void riscv_ct_riscv_v_vstate_restore(struct pt_regs *regs);
void riscv_ct_lockdep_sys_exit(struct pt_regs *regs);
void riscv_ct_syscall_trace_enter(struct pt_regs *regs);
void riscv_ct_syscall_exit_work(struct pt_regs *regs);
void riscv_ct_rcu_irq_enter_check_tick(struct pt_regs *regs);
void riscv_ct_riscv_v_vstate_discard(struct pt_regs *regs);
void riscv_ct_syscall_handler(struct pt_regs *regs);
void riscv_ct_choose_random_kstack_offset(struct pt_regs *regs);
void riscv_ct_sifive_cip_453_page_fault_trp(struct pt_regs *regs);
void riscv_ct_handle_page_fault(struct pt_regs *regs);
void riscv_ct_new_vmalloc_check(struct pt_regs *regs);
void riscv_ct_handle_arch_irq(struct pt_regs *regs);
void riscv_ct_sifive_cip_453_insn_fault_trp(struct pt_regs *regs);
void riscv_ct_do_trap_error(struct pt_regs *regs);
void riscv_ct_do_trap_error_in_kernel(struct pt_regs *regs);
void riscv_ct_riscv_v_first_use_handler(struct pt_regs *regs);
void riscv_ct_do_trap_misaligned(struct pt_regs *regs);
void riscv_ct_misaligned_handler(struct pt_regs *regs);
void riscv_ct_misaligned_handler_in_kernel(struct pt_regs *regs);
void riscv_ct_handle_break(struct pt_regs *regs);
void riscv_ct_handle_break_in_kernel(struct pt_regs *regs);
void riscv_ct_show_bad_stack(struct pt_regs *regs);
void riscv_ct_schedule_tail(struct pt_regs *regs);
void riscv_ct_kernel_thread_function(struct pt_regs *regs);

/* The port answers these. */
/* any flag of EXIT_TO_USER_MODE_WORK is set, up to 6.3 of _TIF_WORK_MASK */
bool riscv_ct_exit_work(struct pt_regs *regs);
/* TIF_UPROBE is set */
bool riscv_ct_uprobe_pending(struct pt_regs *regs);
/* TIF_SIGPENDING or TIF_NOTIFY_SIGNAL is set */
bool riscv_ct_signal_pending(struct pt_regs *regs);
/* TIF_NOTIFY_RESUME is set */
bool riscv_ct_notify_resume(struct pt_regs *regs);
/* TIF_RISCV_V_DEFER_RESTORE is set */
bool riscv_ct_v_restore_deferred(struct pt_regs *regs);
/* the interrupted code ran with interrupts on */
bool riscv_ct_irqs_were_on(struct pt_regs *regs);
/* PREEMPTION is configured and preempt_count is zero */
bool riscv_ct_may_preempt(struct pt_regs *regs);
/* lockdep saw interrupts on when this was entered */
bool riscv_ct_lockdep_was_on(struct pt_regs *regs);
/* the SiFive CIP-453 erratum is patched in and the trap is an instruction fault */
bool riscv_ct_cip_453(struct pt_regs *regs);
/* the handler that was just called could not help */
bool riscv_ct_trap_unhandled(struct pt_regs *regs);
/* the new task is a kernel thread */
bool riscv_ct_kernel_thread(struct pt_regs *regs);

#ifdef CONFIG_CONTEXT_TRACKING_USER

/* USER to KERNEL with interrupts masked; warns unless the state is USER */
static __always_inline void riscv_ct_user_exit_irqoff(void)
{
	CT_WARN_ON(__ct_state() != CT_STATE_USER);
	user_exit_irqoff();
}

/* KERNEL to USER with interrupts masked */
static __always_inline void riscv_ct_user_enter_irqoff(void)
{
	user_enter_irqoff();
}

#else /* !CONFIG_CONTEXT_TRACKING_USER */

static __always_inline void riscv_ct_user_exit_irqoff(void) { }

static __always_inline void riscv_ct_user_enter_irqoff(void) { }

#endif /* CONFIG_CONTEXT_TRACKING_USER */

/* The entry paths, in kernel/entry-stubs.c. */
asmlinkage void riscv_ct_syscall(struct pt_regs *regs);
asmlinkage void riscv_ct_page_fault(struct pt_regs *regs);
asmlinkage void riscv_ct_vmalloc_fault(struct pt_regs *regs);
asmlinkage void riscv_ct_irq(struct pt_regs *regs);
asmlinkage void riscv_ct_exceptions(struct pt_regs *regs);
asmlinkage void riscv_ct_undef(struct pt_regs *regs);
asmlinkage void riscv_ct_unaligned(struct pt_regs *regs);
asmlinkage void riscv_ct_debug_brk(struct pt_regs *regs);
asmlinkage void riscv_ct_kernel_badstack(struct pt_regs *regs);
asmlinkage void riscv_ct_fork_return(struct pt_regs *regs);

#endif /* _ASM_RISCV_CONTEXT_TRACKING_H */
