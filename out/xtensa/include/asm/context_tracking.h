/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Context tracking of xtensa, for Linux 6.12.
 * Xtensa: own assembly, user_exit after interrupts are open
 *
 * Generated from xtensa.yaml; do not edit, but change it and run:
 *	gen render xtensa.yaml
 */
#ifndef _ASM_XTENSA_CONTEXT_TRACKING_H
#define _ASM_XTENSA_CONTEXT_TRACKING_H

#include <linux/bits.h>
#include <linux/context_tracking.h>
#include <linux/irqflags.h>
#include <linux/linkage.h>
#include <linux/types.h>

struct pt_regs;

/* What can be masked. */
/* interrupt up to LOCKLEVEL: PS.INTLEVEL */
#define XTENSA_CT_IRQ	BIT(0)
/* profiling interrupt above LOCKLEVEL (XTENSA_FAKE_NMI): PS.EXCM alone masks it */
#define XTENSA_CT_NMI	BIT(1)

/* The port provides these: close classes, open them, or open what regs had open. */
void xtensa_ct_inherit(const struct pt_regs *regs, unsigned long classes);
void xtensa_ct_mask(unsigned long classes);
void xtensa_ct_unmask(unsigned long classes);

/* The port provides these: what the kernel is entered for. */
void xtensa_ct_do_irq_by_level(struct pt_regs *regs);
void xtensa_ct_do_notify_resume(struct pt_regs *regs);
void xtensa_ct_restore_dbreak(struct pt_regs *regs);
void xtensa_ct_check_tlb_sanity(struct pt_regs *regs);
void xtensa_ct_do_page_fault(struct pt_regs *regs);
void xtensa_ct_do_syscall_trace_enter(struct pt_regs *regs);
void xtensa_ct_syscall_function(struct pt_regs *regs);
void xtensa_ct_do_syscall_trace_leave(struct pt_regs *regs);
void xtensa_ct_spill_to_user_stack(struct pt_regs *regs);
void xtensa_ct_change_user_word(struct pt_regs *regs);
void xtensa_ct_map_page_table(struct pt_regs *regs);
void xtensa_ct_mark_page_dirty(struct pt_regs *regs);
void xtensa_ct_move_register_window(struct pt_regs *regs);
void xtensa_ct_go_to_original_window(struct pt_regs *regs);
void xtensa_ct_reload_a0(struct pt_regs *regs);
void xtensa_ct_illegal_instruction(struct pt_regs *regs);
void xtensa_ct_set_user_woe(struct pt_regs *regs);
void xtensa_ct_division_by_zero(struct pt_regs *regs);
void xtensa_ct_emulate_unaligned(struct pt_regs *regs);
void xtensa_ct_unaligned_access(struct pt_regs *regs);
void xtensa_ct_emulate_load(struct pt_regs *regs);
void xtensa_ct_load_store_error(struct pt_regs *regs);
void xtensa_ct_switch_coprocessor(struct pt_regs *regs);
void xtensa_ct_flush_coprocessors(struct pt_regs *regs);
void xtensa_ct_die_of_multihit(struct pt_regs *regs);
void xtensa_ct_unhandled_exception(struct pt_regs *regs);
void xtensa_ct_check_hw_breakpoint(struct pt_regs *regs);
void xtensa_ct_send_sigtrap(struct pt_regs *regs);
void xtensa_ct_step_over_watchpoint(struct pt_regs *regs);
void xtensa_ct_do_nmi(struct pt_regs *regs);
void xtensa_ct_ftrace_nmi_enter(struct pt_regs *regs);
void xtensa_ct_xtensa_pmu_irq_handler(struct pt_regs *regs);
void xtensa_ct_ftrace_nmi_exit(struct pt_regs *regs);
void xtensa_ct_schedule_tail(struct pt_regs *regs);
void xtensa_ct_kernel_thread_function(struct pt_regs *regs);

/* The port answers these. */
/* the interrupted code ran with interrupts on */
bool xtensa_ct_irqs_were_on(struct pt_regs *regs);
/* a signal, notify work or TIF_NEED_RESCHED is pending */
bool xtensa_ct_work_pending(struct pt_regs *regs);
/* PREEMPTION is configured and preempt_count is zero */
bool xtensa_ct_may_preempt(struct pt_regs *regs);
/* TIF_DB_DISABLED is set: the kernel touched what a user watches */
bool xtensa_ct_db_disabled(struct pt_regs *regs);
/* TIF_SIGPENDING, TIF_NOTIFY_SIGNAL or TIF_NOTIFY_RESUME is set */
bool xtensa_ct_signal_pending(struct pt_regs *regs);
/* any flag of _TIF_WORK_MASK is set */
bool xtensa_ct_syscall_work(struct pt_regs *regs);
/* neither a tracer nor seccomp refused the system call */
bool xtensa_ct_syscall_allowed(struct pt_regs *regs);
/* the user's memory is not mapped, or not writable yet */
bool xtensa_ct_user_word_faults(struct pt_regs *regs);
/* no hardware breakpoint explains the exception */
bool xtensa_ct_debug_unexplained(struct pt_regs *regs);

#ifdef CONFIG_CONTEXT_TRACKING_USER

/* to KERNEL, as assembly calls it */
static __always_inline void xtensa_ct_user_exit_callable(void)
{
	user_exit_callable();
}

/* KERNEL to USER, as assembly calls it */
static __always_inline void xtensa_ct_user_enter_callable(void)
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

static __always_inline void xtensa_ct_user_exit_callable(void) { }

static __always_inline void xtensa_ct_user_enter_callable(void) { }

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
asmlinkage void xtensa_ct_syscall(struct pt_regs *regs);
asmlinkage void xtensa_ct_spill_syscall(struct pt_regs *regs);
asmlinkage void xtensa_ct_atomic_syscall(struct pt_regs *regs);
asmlinkage void xtensa_ct_page_fault(struct pt_regs *regs);
asmlinkage void xtensa_ct_tlb_miss(struct pt_regs *regs);
asmlinkage void xtensa_ct_store_prohibited(struct pt_regs *regs);
asmlinkage void xtensa_ct_window(struct pt_regs *regs);
asmlinkage void xtensa_ct_window_fixup(struct pt_regs *regs);
asmlinkage void xtensa_ct_illegal(struct pt_regs *regs);
asmlinkage void xtensa_ct_illegal_fast(struct pt_regs *regs);
asmlinkage void xtensa_ct_div0(struct pt_regs *regs);
asmlinkage void xtensa_ct_unaligned_fast(struct pt_regs *regs);
asmlinkage void xtensa_ct_unaligned(struct pt_regs *regs);
asmlinkage void xtensa_ct_load_store_fast(struct pt_regs *regs);
asmlinkage void xtensa_ct_load_store(struct pt_regs *regs);
asmlinkage void xtensa_ct_coprocessor_fast(struct pt_regs *regs);
asmlinkage void xtensa_ct_coprocessor(struct pt_regs *regs);
asmlinkage void xtensa_ct_multihit(struct pt_regs *regs);
asmlinkage void xtensa_ct_unhandled(struct pt_regs *regs);
asmlinkage void xtensa_ct_debug(struct pt_regs *regs);
asmlinkage void xtensa_ct_debug_in_exception(struct pt_regs *regs);
asmlinkage void xtensa_ct_irq(struct pt_regs *regs);
asmlinkage void xtensa_ct_nmi(struct pt_regs *regs);
asmlinkage void xtensa_ct_unrecoverable(struct pt_regs *regs);
asmlinkage void xtensa_ct_fork_return(struct pt_regs *regs);
asmlinkage void xtensa_ct_kernel_thread_return(struct pt_regs *regs);

#endif /* _ASM_XTENSA_CONTEXT_TRACKING_H */
