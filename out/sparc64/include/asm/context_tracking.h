/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Context tracking of sparc64, for Linux 6.12.
 * SPARC64: own trap tables, TIF_NOHZ system call slow path, saved state in most handlers
 *
 * Generated from sparc64.yaml; do not edit, but change it and run:
 *	gen render sparc64.yaml
 */
#ifndef _ASM_SPARC64_CONTEXT_TRACKING_H
#define _ASM_SPARC64_CONTEXT_TRACKING_H

#include <linux/bits.h>
#include <linux/context_tracking.h>
#include <linux/irqflags.h>
#include <linux/linkage.h>
#include <linux/types.h>

struct pt_regs;

/* What can be masked. */
/* interrupt of level 1 to 14: PIL, and PSTATE.IE */
#define SPARC64_CT_IRQ	BIT(0)
/* performance counter interrupt, level 15: PIL 15, and PSTATE.IE */
#define SPARC64_CT_NMI	BIT(1)
/* interrupt vector: PSTATE.IE alone */
#define SPARC64_CT_MONDO	BIT(2)

/* The port provides these: close classes, open them, or open what regs had open. */
void sparc64_ct_inherit(const struct pt_regs *regs, unsigned long classes);
void sparc64_ct_mask(unsigned long classes);
void sparc64_ct_unmask(unsigned long classes);

/* The port provides these: what the kernel is entered for. */
void sparc64_ct_secure_computing_strict(struct pt_regs *regs);
void sparc64_ct_seccomp_log_and_exit(struct pt_regs *regs);
void sparc64_ct_ptrace_report_syscall_entry(struct pt_regs *regs);
void sparc64_ct_audit_syscall_entry(struct pt_regs *regs);
void sparc64_ct_audit_syscall_exit(struct pt_regs *regs);
void sparc64_ct_ptrace_report_syscall_exit(struct pt_regs *regs);
void sparc64_ct_uprobe_notify_resume(struct pt_regs *regs);
void sparc64_ct_do_signal(struct pt_regs *regs);
void sparc64_ct_resume_user_mode_work(struct pt_regs *regs);
void sparc64_ct_tsb_grow(struct pt_regs *regs);
void sparc64_ct_do_flush_tlb_mm(struct pt_regs *regs);
void sparc64_ct_fault_in_user_windows(struct pt_regs *regs);
void sparc64_ct_force_sigsegv(struct pt_regs *regs);
void sparc64_ct_syscall_function(struct pt_regs *regs);
void sparc64_ct_mm_fault_or_signal(struct pt_regs *regs);
void sparc64_ct_send_sigbus(struct pt_regs *regs);
void sparc64_ct_notify_die(struct pt_regs *regs);
void sparc64_ct_emulate_no_fault_load(struct pt_regs *regs);
void sparc64_ct_fixup_or_sigsegv(struct pt_regs *regs);
void sparc64_ct_kernel_unaligned_or_sigbus(struct pt_regs *regs);
void sparc64_ct_notify_and_signal(struct pt_regs *regs);
void sparc64_ct_emulate_insn(struct pt_regs *regs);
void sparc64_ct_send_sigill(struct pt_regs *regs);
void sparc64_ct_emulate_fp_access(struct pt_regs *regs);
void sparc64_ct_send_sigtrap(struct pt_regs *regs);
void sparc64_ct_copy_user_context(struct pt_regs *regs);
void sparc64_ct_kprobe_handler(struct pt_regs *regs);
void sparc64_ct_kgdb_or_bad_trap(struct pt_regs *regs);
void sparc64_ct_emulate_or_signal(struct pt_regs *regs);
void sparc64_ct_fixup_or_die(struct pt_regs *regs);
void sparc64_ct_uprobe_notifier_or_bad_trap(struct pt_regs *regs);
void sparc64_ct_change_pt_regs(struct pt_regs *regs);
void sparc64_ct_load_fpu_state(struct pt_regs *regs);
void sparc64_ct_die_if_kernel(struct pt_regs *regs);
void sparc64_ct_dump_tl1_traplog(struct pt_regs *regs);
void sparc64_ct_log_ecc_error(struct pt_regs *regs);
void sparc64_ct_do_mcd_err(struct pt_regs *regs);
void sparc64_ct_sun4v_log_error(struct pt_regs *regs);
void sparc64_ct_sun4v_nonresum_error(struct pt_regs *regs);
void sparc64_ct_cross_call_or_softint(struct pt_regs *regs);
void sparc64_ct_generic_handle_irq(struct pt_regs *regs);
void sparc64_ct_scheduler_ipi(struct pt_regs *regs);
void sparc64_ct_nmi_notifiers(struct pt_regs *regs);
void sparc64_ct_schedule_tail(struct pt_regs *regs);
void sparc64_ct_kernel_thread_function(struct pt_regs *regs);

/* The port answers these. */
/* the task is in strict mode and this system call is not allowed */
bool sparc64_ct_seccomp_kills(struct pt_regs *regs);
/* the CPU is an UltraSPARC-III+ or later, whose second data TLB holds huge pages */
bool sparc64_ct_cheetah_plus(struct pt_regs *regs);
/* any flag of _TIF_USER_WORK_MASK is set */
bool sparc64_ct_work_pending(struct pt_regs *regs);
/* a signal, a uprobe or TIF_NOTIFY_RESUME is pending */
bool sparc64_ct_notify_work(struct pt_regs *regs);
/* the user stack of a saved register window cannot be written */
bool sparc64_ct_window_unwritable(struct pt_regs *regs);
/* the interrupted code ran with interrupts on */
bool sparc64_ct_irqs_were_on(struct pt_regs *regs);
/* PREEMPTION is configured, preempt_count is zero and TIF_NEED_RESCHED is set */
bool sparc64_ct_preempt_wanted(struct pt_regs *regs);
/* no tracer refused the system call, and its number exists */
bool sparc64_ct_syscall_allowed(struct pt_regs *regs);
/* no memory behind the address: FAULT_CODE_BAD_RA or VM_FAULT_SIGBUS */
bool sparc64_ct_sigbus(struct pt_regs *regs);
/* the task has got its first huge pages */
bool sparc64_ct_needs_tsb(struct pt_regs *regs);
/* it is a non-faulting load to be emulated, and no notifier has dealt with it */
bool sparc64_ct_no_fault_load(struct pt_regs *regs);
/* a notifier has dealt with the instruction, or it was emulated */
bool sparc64_ct_insn_emulated(struct pt_regs *regs);
/* a notifier has dealt with the trap */
bool sparc64_ct_notify_stopped(struct pt_regs *regs);
/* no notifier has dealt with the trap */
bool sparc64_ct_notify_lost(struct pt_regs *regs);
/* the error cannot be recovered from, or comes before the log is there */
bool sparc64_ct_ecc_fatal(struct pt_regs *regs);
/* the error report is about memory corruption detection (ADI) */
bool sparc64_ct_mcd_error(struct pt_regs *regs);
/* neither user mode caused it, which gets a signal, nor a PCI probe */
bool sparc64_ct_nonresum_fatal(struct pt_regs *regs);
/* the CPU is locked up, and the watchdog or an oops is to panic */
bool sparc64_ct_watchdog_panics(struct pt_regs *regs);
/* the new task is a kernel thread */
bool sparc64_ct_kernel_thread(struct pt_regs *regs);

#ifdef CONFIG_CONTEXT_TRACKING_USER

/* to KERNEL, interrupts in any state; nothing happens if it is KERNEL already */
static __always_inline void sparc64_ct_user_exit(void)
{
	user_exit();
}

/* KERNEL to USER, interrupts in any state */
static __always_inline void sparc64_ct_user_enter(void)
{
	user_enter();
}

asmlinkage void schedule_user(void);

/* a scheduling point inside exception_enter() and exception_exit() */
static __always_inline void sparc64_ct_schedule_user(void)
{
	schedule_user();
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

static __always_inline void sparc64_ct_user_exit(void) { }

static __always_inline void sparc64_ct_user_enter(void) { }

static __always_inline void sparc64_ct_schedule_user(void)
{
	schedule();
}

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
asmlinkage void sparc64_ct_syscall(struct pt_regs *regs);
asmlinkage void sparc64_ct_syscall_compat(struct pt_regs *regs);
asmlinkage void sparc64_ct_page_fault(struct pt_regs *regs);
asmlinkage void sparc64_ct_data_access(struct pt_regs *regs);
asmlinkage void sparc64_ct_unaligned(struct pt_regs *regs);
asmlinkage void sparc64_ct_exceptions(struct pt_regs *regs);
asmlinkage void sparc64_ct_emulated(struct pt_regs *regs);
asmlinkage void sparc64_ct_unaligned_fpu(struct pt_regs *regs);
asmlinkage void sparc64_ct_breakpoint(struct pt_regs *regs);
asmlinkage void sparc64_ct_context(struct pt_regs *regs);
asmlinkage void sparc64_ct_kprobe(struct pt_regs *regs);
asmlinkage void sparc64_ct_kgdb(struct pt_regs *regs);
asmlinkage void sparc64_ct_sun4v_access(struct pt_regs *regs);
asmlinkage void sparc64_ct_bad_trap(struct pt_regs *regs);
asmlinkage void sparc64_ct_uprobe(struct pt_regs *regs);
asmlinkage void sparc64_ct_hugetlb(struct pt_regs *regs);
asmlinkage void sparc64_ct_registers(struct pt_regs *regs);
asmlinkage void sparc64_ct_fpu_disabled(struct pt_regs *regs);
asmlinkage void sparc64_ct_tl1_fatal(struct pt_regs *regs);
asmlinkage void sparc64_ct_tl1_notified(struct pt_regs *regs);
asmlinkage void sparc64_ct_ecc(struct pt_regs *regs);
asmlinkage void sparc64_ct_resum_error(struct pt_regs *regs);
asmlinkage void sparc64_ct_nonresum_error(struct pt_regs *regs);
asmlinkage void sparc64_ct_vector(struct pt_regs *regs);
asmlinkage void sparc64_ct_irq(struct pt_regs *regs);
asmlinkage void sparc64_ct_ipi(struct pt_regs *regs);
asmlinkage void sparc64_ct_nmi(struct pt_regs *regs);
asmlinkage void sparc64_ct_fork_return(struct pt_regs *regs);

#endif /* _ASM_SPARC64_CONTEXT_TRACKING_H */
