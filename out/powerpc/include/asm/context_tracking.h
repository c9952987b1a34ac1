/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Context tracking of powerpc, for Linux 6.12.
 * powerpc: C wrappers of its own behind assembly, soft-masked interrupts, 64-bit and 32-bit
 *
 * Generated from powerpc.yaml; do not edit, but change it and run:
 *	gen render powerpc.yaml
 */
#ifndef _ASM_POWERPC_CONTEXT_TRACKING_H
#define _ASM_POWERPC_CONTEXT_TRACKING_H

#include <linux/bits.h>
#include <linux/context_tracking.h>
#include <linux/irqflags.h>
#include <linux/linkage.h>
#include <linux/types.h>

struct pt_regs;

/* What can be masked. */
/* interrupt: IRQS_DISABLED of the soft mask, or MSR.EE */
#define POWERPC_CT_IRQ	BIT(0)

/* The port provides these: close classes, open them, or open what regs had open. */
void powerpc_ct_inherit(const struct pt_regs *regs, unsigned long classes);

static __always_inline void powerpc_ct_mask(unsigned long classes)
{
	if (classes & POWERPC_CT_IRQ)
		raw_local_irq_disable();
}

static __always_inline void powerpc_ct_unmask(unsigned long classes)
{
	if (classes & POWERPC_CT_IRQ)
		raw_local_irq_enable();
}

/* The port provides these: what the kernel is entered for. */
void powerpc_ct_account_stolen_time(struct pt_regs *regs);
void powerpc_ct_do_notify_resume(struct pt_regs *regs);
void powerpc_ct_restore_math(struct pt_regs *regs);
void powerpc_ct_do_syscall_trace_leave(struct pt_regs *regs);
void powerpc_ct_replay_recorded(struct pt_regs *regs);
void powerpc_ct_doom_transaction(struct pt_regs *regs);
void powerpc_ct_do_syscall_trace_enter(struct pt_regs *regs);
void powerpc_ct_syscall_function(struct pt_regs *regs);
void powerpc_ct_notify_page_fault(struct pt_regs *regs);
void powerpc_ct_handle_page_fault(struct pt_regs *regs);
void powerpc_ct_hash_page_mm(struct pt_regs *regs);
void powerpc_ct_signal_or_fixup(struct pt_regs *regs);
void powerpc_ct_slb_allocate(struct pt_regs *regs);
void powerpc_ct_debugger_kprobe_or_bug(struct pt_regs *regs);
void powerpc_ct_emulate_or_signal(struct pt_regs *regs);
void powerpc_ct_fix_alignment(struct pt_regs *regs);
void powerpc_ct_kprobe_or_notify_die(struct pt_regs *regs);
void powerpc_ct_notify_die(struct pt_regs *regs);
void powerpc_ct_load_up_registers(struct pt_regs *regs);
void powerpc_ct_signal_or_die(struct pt_regs *regs);
void powerpc_ct_tm_reclaim_and_load(struct pt_regs *regs);
void powerpc_ct_enable_facility(struct pt_regs *regs);
void powerpc_ct_emulate_altivec(struct pt_regs *regs);
void powerpc_ct_do_spe_mathemu(struct pt_regs *regs);
void powerpc_ct_print_and_signal(struct pt_regs *regs);
void powerpc_ct_die(struct pt_regs *regs);
void powerpc_ct_generic_handle_irq(struct pt_regs *regs);
void powerpc_ct_clock_event_handler(struct pt_regs *regs);
void powerpc_ct_smp_ipi_demux_relaxed(struct pt_regs *regs);
void powerpc_ct_hmi_handler(struct pt_regs *regs);
void powerpc_ct_perf_irq(struct pt_regs *regs);
void powerpc_ct_record_interrupt(struct pt_regs *regs);
void powerpc_ct_watchdog_check(struct pt_regs *regs);
void powerpc_ct_system_reset_handler(struct pt_regs *regs);
void powerpc_ct_machine_check_early(struct pt_regs *regs);
void powerpc_ct_machine_check_early_handler(struct pt_regs *regs);
void powerpc_ct_machine_check_queue_event(struct pt_regs *regs);
void powerpc_ct_die_mce(struct pt_regs *regs);
void powerpc_ct_machine_check_handler(struct pt_regs *regs);
void powerpc_ct_level_handler(struct pt_regs *regs);
void powerpc_ct_machine_check_exception(struct pt_regs *regs);
void powerpc_ct_schedule_tail(struct pt_regs *regs);
void powerpc_ct_kernel_thread_function(struct pt_regs *regs);

/* The port answers these. */
/* the interrupted code ran with interrupts on */
bool powerpc_ct_irqs_were_on(struct pt_regs *regs);
/* any flag of _TIF_USER_WORK_MASK but _TIF_RESTORE_TM is set */
bool powerpc_ct_exit_work(struct pt_regs *regs);
/* an interrupt was recorded since interrupts were soft-masked */
bool powerpc_ct_irqs_pending(struct pt_regs *regs);
/* an interrupt was recorded while the restart section ran, which therefore began again */
bool powerpc_ct_exit_restarted(struct pt_regs *regs);
/* PREEMPTION is configured and preempt_count is zero */
bool powerpc_ct_may_preempt(struct pt_regs *regs);
/* the system call was made in an active transaction */
bool powerpc_ct_transaction_active(struct pt_regs *regs);
/* the first part of the handler has not settled it */
bool powerpc_ct_goes_on(struct pt_regs *regs);
/* the handler decides that this is the end: a panic */
bool powerpc_ct_crashes(struct pt_regs *regs);
/* real mode, with a hash guest, KASAN or paged per-CPU memory */
bool powerpc_ct_nmi_unsafe(struct pt_regs *regs);
/* the early handler has recovered from it, or comes from user mode */
bool powerpc_ct_mce_handled(struct pt_regs *regs);
/* the new task is a kernel thread that execs */
bool powerpc_ct_kernel_thread(struct pt_regs *regs);

#ifdef CONFIG_CONTEXT_TRACKING_USER

/* USER to KERNEL with interrupts masked; warns unless the state is USER */
static __always_inline void powerpc_ct_user_exit_irqoff(void)
{
	CT_WARN_ON(__ct_state() != CT_STATE_USER);
	user_exit_irqoff();
}

/* KERNEL to USER with interrupts masked */
static __always_inline void powerpc_ct_user_enter_irqoff(void)
{
	user_enter_irqoff();
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

static __always_inline void powerpc_ct_user_exit_irqoff(void) { }

static __always_inline void powerpc_ct_user_enter_irqoff(void) { }

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
asmlinkage void powerpc_ct_syscall(struct pt_regs *regs);
asmlinkage void powerpc_ct_syscall_scv(struct pt_regs *regs);
asmlinkage void powerpc_ct_syscall_32(struct pt_regs *regs);
asmlinkage void powerpc_ct_page_fault(struct pt_regs *regs);
asmlinkage void powerpc_ct_hash_fault(struct pt_regs *regs);
asmlinkage void powerpc_ct_bad_segment(struct pt_regs *regs);
asmlinkage void powerpc_ct_slb_miss(struct pt_regs *regs);
asmlinkage void powerpc_ct_program_check(struct pt_regs *regs);
asmlinkage void powerpc_ct_emulation_assist(struct pt_regs *regs);
asmlinkage void powerpc_ct_alignment(struct pt_regs *regs);
asmlinkage void powerpc_ct_single_step(struct pt_regs *regs);
asmlinkage void powerpc_ct_instruction_breakpoint(struct pt_regs *regs);
asmlinkage void powerpc_ct_watchpoint(struct pt_regs *regs);
asmlinkage void powerpc_ct_debug_booke(struct pt_regs *regs);
asmlinkage void powerpc_ct_fpu_load(struct pt_regs *regs);
asmlinkage void powerpc_ct_fpu_unavailable(struct pt_regs *regs);
asmlinkage void powerpc_ct_tm_unavailable(struct pt_regs *regs);
asmlinkage void powerpc_ct_facility_unavailable(struct pt_regs *regs);
asmlinkage void powerpc_ct_altivec_assist(struct pt_regs *regs);
asmlinkage void powerpc_ct_spe(struct pt_regs *regs);
asmlinkage void powerpc_ct_unknown(struct pt_regs *regs);
asmlinkage void powerpc_ct_dies(struct pt_regs *regs);
asmlinkage void powerpc_ct_irq(struct pt_regs *regs);
asmlinkage void powerpc_ct_timer(struct pt_regs *regs);
asmlinkage void powerpc_ct_doorbell(struct pt_regs *regs);
asmlinkage void powerpc_ct_hmi(struct pt_regs *regs);
asmlinkage void powerpc_ct_pmi(struct pt_regs *regs);
asmlinkage void powerpc_ct_pmi_nmi(struct pt_regs *regs);
asmlinkage void powerpc_ct_masked_interrupt(struct pt_regs *regs);
asmlinkage void powerpc_ct_soft_nmi(struct pt_regs *regs);
asmlinkage void powerpc_ct_system_reset(struct pt_regs *regs);
asmlinkage void powerpc_ct_nmi_real_mode(struct pt_regs *regs);
asmlinkage void powerpc_ct_machine_check(struct pt_regs *regs);
asmlinkage void powerpc_ct_level_exception(struct pt_regs *regs);
asmlinkage void powerpc_ct_machine_check_32(struct pt_regs *regs);
asmlinkage void powerpc_ct_fork_return(struct pt_regs *regs);

#endif /* _ASM_POWERPC_CONTEXT_TRACKING_H */
