/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Context tracking of mips, for Linux 6.12.
 * MIPS: own assembly, TIF_NOHZ system call slow path, saved state in every handler
 *
 * Generated from mips.yaml; do not edit, but change it and run:
 *	gen render mips.yaml
 */
#ifndef _ASM_MIPS_CONTEXT_TRACKING_H
#define _ASM_MIPS_CONTEXT_TRACKING_H

#include <linux/bits.h>
#include <linux/context_tracking.h>
#include <linux/irqflags.h>
#include <linux/linkage.h>
#include <linux/types.h>

struct pt_regs;

/* What can be masked. */
/* interrupt: Status.IE, and Status.EXL */
#define MIPS_CT_IRQ	BIT(0)

/* The port provides these: close classes, open them, or open what regs had open. */
void mips_ct_inherit(const struct pt_regs *regs, unsigned long classes);

static __always_inline void mips_ct_mask(unsigned long classes)
{
	if (classes & MIPS_CT_IRQ)
		raw_local_irq_disable();
}

static __always_inline void mips_ct_unmask(unsigned long classes)
{
	if (classes & MIPS_CT_IRQ)
		raw_local_irq_enable();
}

/* The port provides these: what the kernel is entered for. */
void mips_ct_ptrace_report_syscall_entry(struct pt_regs *regs);
void mips_ct_secure_computing(struct pt_regs *regs);
void mips_ct_audit_syscall_entry(struct pt_regs *regs);
void mips_ct_audit_syscall_exit(struct pt_regs *regs);
void mips_ct_ptrace_report_syscall_exit(struct pt_regs *regs);
void mips_ct_uprobe_notify_resume(struct pt_regs *regs);
void mips_ct_do_signal(struct pt_regs *regs);
void mips_ct_resume_user_mode_work(struct pt_regs *regs);
void mips_ct_syscall_function(struct pt_regs *regs);
void mips_ct_load_stack_arguments(struct pt_regs *regs);
void mips_ct_mm_fault_or_signal(struct pt_regs *regs);
void mips_ct_count_alignment_fault(struct pt_regs *regs);
void mips_ct_fixup_exception(struct pt_regs *regs);
void mips_ct_emulate_load_store_micromips(struct pt_regs *regs);
void mips_ct_emulate_load_store_mips16e(struct pt_regs *regs);
void mips_ct_emulate_load_store_insn(struct pt_regs *regs);
void mips_ct_send_sigbus(struct pt_regs *regs);
void mips_ct_board_be_handler(struct pt_regs *regs);
void mips_ct_do_trap_or_bp(struct pt_regs *regs);
void mips_ct_mipsr2_decoder(struct pt_regs *regs);
void mips_ct_process_fpemu_return(struct pt_regs *regs);
void mips_ct_simulate_instruction(struct pt_regs *regs);
void mips_ct_use_coprocessor(struct pt_regs *regs);
void mips_ct_send_sigfpe(struct pt_regs *regs);
void mips_ct_notify_die(struct pt_regs *regs);
void mips_ct_fpu_emulator(struct pt_regs *regs);
void mips_ct_send_sigill(struct pt_regs *regs);
void mips_ct_show_regs(struct pt_regs *regs);
void mips_ct_enable_restore_fp_context(struct pt_regs *regs);
void mips_ct_mips_read_watch_registers(struct pt_regs *regs);
void mips_ct_send_sigtrap(struct pt_regs *regs);
void mips_ct_mips_clear_watch_registers(struct pt_regs *regs);
void mips_ct_print_ftlb_error(struct pt_regs *regs);
void mips_ct_plat_irq_dispatch(struct pt_regs *regs);
void mips_ct_generic_handle_irq(struct pt_regs *regs);
void mips_ct_nmi_notifiers(struct pt_regs *regs);
void mips_ct_print_sdbbp(struct pt_regs *regs);
void mips_ct_ejtag_return(struct pt_regs *regs);
void mips_ct_schedule_tail(struct pt_regs *regs);
void mips_ct_kernel_thread_function(struct pt_regs *regs);

/* The port answers these. */
/* any flag of _TIF_WORK_MASK is set */
bool mips_ct_work_pending(struct pt_regs *regs);
/* a signal, a uprobe or TIF_NOTIFY_RESUME is pending */
bool mips_ct_notify_work(struct pt_regs *regs);
/* PREEMPTION is configured and preempt_count is zero */
bool mips_ct_may_preempt(struct pt_regs *regs);
/* the interrupted code ran with interrupts on */
bool mips_ct_irqs_were_on(struct pt_regs *regs);
/* neither a tracer nor seccomp refused the system call */
bool mips_ct_syscall_allowed(struct pt_regs *regs);
/* the stack pointer of an o32 task is in user memory */
bool mips_ct_stack_is_good(struct pt_regs *regs);
/* a tracer made the system call one of another ABI, which is traced again */
bool mips_ct_number_changed(struct pt_regs *regs);
/* the address is between the implemented user space and its 64-bit end */
bool mips_ct_badvaddr_in_hole(struct pt_regs *regs);
/* the exception table has the faulting instruction */
bool mips_ct_fixup_found(struct pt_regs *regs);
/* microMIPS mode and emulation is wanted */
bool mips_ct_emulate_micromips(struct pt_regs *regs);
/* MIPS16e mode and emulation is wanted */
bool mips_ct_emulate_mips16e(struct pt_regs *regs);
/* a standard instruction whose emulation is wanted */
bool mips_ct_emulate_insn(struct pt_regs *regs);
/* an R6 CPU emulates R2 instructions, and the opcode could be read */
bool mips_ct_r2_emulation(struct pt_regs *regs);
/* the instruction was an R2 one */
bool mips_ct_r2_emulated(struct pt_regs *regs);
/* a notifier has dealt with the exception */
bool mips_ct_notify_stopped(struct pt_regs *regs);
/* the Loongson exception code is the one that user mode can cause */
bool mips_ct_gsexc_known(struct pt_regs *regs);
/* HARDWARE_WATCHPOINTS is configured */
bool mips_ct_hardware_watchpoints(struct pt_regs *regs);
/* the task has its watch registers loaded */
bool mips_ct_watch_loaded(struct pt_regs *regs);
/* the CPU has the DSP extension, so that the exception is not expected */
bool mips_ct_dsp_there(struct pt_regs *regs);
/* the new task is a kernel thread */
bool mips_ct_kernel_thread(struct pt_regs *regs);

#ifdef CONFIG_CONTEXT_TRACKING_USER

/* to KERNEL, interrupts in any state; nothing happens if it is KERNEL already */
static __always_inline void mips_ct_user_exit(void)
{
	user_exit();
}

/* KERNEL to USER, interrupts in any state */
static __always_inline void mips_ct_user_enter(void)
{
	user_enter();
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

static __always_inline void mips_ct_user_exit(void) { }

static __always_inline void mips_ct_user_enter(void) { }

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
asmlinkage void mips_ct_syscall(struct pt_regs *regs);
asmlinkage void mips_ct_syscall_compat(struct pt_regs *regs);
asmlinkage void mips_ct_page_fault(struct pt_regs *regs);
asmlinkage void mips_ct_unaligned(struct pt_regs *regs);
asmlinkage void mips_ct_bus_error(struct pt_regs *regs);
asmlinkage void mips_ct_debug_bp(struct pt_regs *regs);
asmlinkage void mips_ct_undef(struct pt_regs *regs);
asmlinkage void mips_ct_fpu_unusable(struct pt_regs *regs);
asmlinkage void mips_ct_overflow(struct pt_regs *regs);
asmlinkage void mips_ct_trap(struct pt_regs *regs);
asmlinkage void mips_ct_msa_fpe(struct pt_regs *regs);
asmlinkage void mips_ct_fpe(struct pt_regs *regs);
asmlinkage void mips_ct_gsexc(struct pt_regs *regs);
asmlinkage void mips_ct_msa(struct pt_regs *regs);
asmlinkage void mips_ct_mdmx(struct pt_regs *regs);
asmlinkage void mips_ct_watch(struct pt_regs *regs);
asmlinkage void mips_ct_machine_check(struct pt_regs *regs);
asmlinkage void mips_ct_mt(struct pt_regs *regs);
asmlinkage void mips_ct_dsp(struct pt_regs *regs);
asmlinkage void mips_ct_reserved(struct pt_regs *regs);
asmlinkage void mips_ct_ftlb(struct pt_regs *regs);
asmlinkage void mips_ct_irq(struct pt_regs *regs);
asmlinkage void mips_ct_nmi(struct pt_regs *regs);
asmlinkage void mips_ct_ejtag(struct pt_regs *regs);
asmlinkage void mips_ct_ejtag_other(struct pt_regs *regs);
asmlinkage void mips_ct_fork_return(struct pt_regs *regs);

#endif /* _ASM_MIPS_CONTEXT_TRACKING_H */
