/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Context tracking of x86, for Linux 6.12.
 * x86-64: generic entry code behind the IDT, SYSCALL and FRED
 *
 * Generated from x86.yaml; do not edit, but change it and run:
 *	gen render x86.yaml
 */
#ifndef _ASM_X86_CONTEXT_TRACKING_H
#define _ASM_X86_CONTEXT_TRACKING_H

#include <linux/bits.h>
#include <linux/context_tracking.h>
#include <linux/irqflags.h>
#include <linux/linkage.h>
#include <linux/types.h>

struct pt_regs;

/* What can be masked. */
/* interrupt: EFLAGS.IF */
#define X86_CT_IRQ	BIT(0)

/* The port provides these: close classes, open them, or open what regs had open. */
void x86_ct_inherit(const struct pt_regs *regs, unsigned long classes);

static __always_inline void x86_ct_mask(unsigned long classes)
{
	if (classes & X86_CT_IRQ)
		raw_local_irq_disable();
}

static __always_inline void x86_ct_unmask(unsigned long classes)
{
	if (classes & X86_CT_IRQ)
		raw_local_irq_enable();
}

/* The port provides these: what the kernel is entered for. */
void x86_ct_schedule_tail(struct pt_regs *regs);
void x86_ct_kernel_thread_function(struct pt_regs *regs);
void x86_ct_ret_from_fork(struct pt_regs *regs);
void x86_ct_stackleak_erase(struct pt_regs *regs);
void x86_ct_uprobe_notify_resume(struct pt_regs *regs);
void x86_ct_arch_do_signal_or_restart(struct pt_regs *regs);
void x86_ct_resume_user_mode_work(struct pt_regs *regs);
void x86_ct_tick_nohz_user_enter_prepare(struct pt_regs *regs);
void x86_ct_arch_exit_work(struct pt_regs *regs);
void x86_ct_lockdep_sys_exit(struct pt_regs *regs);
void x86_ct_amd_clear_divider(struct pt_regs *regs);
void x86_ct_syscall_trace_enter(struct pt_regs *regs);
void x86_ct_syscall_exit_work(struct pt_regs *regs);
void x86_ct_rcu_irq_enter_check_tick(struct pt_regs *regs);
void x86_ct_handle_irq(struct pt_regs *regs);
void x86_ct_debug_read_reset_dr6(struct pt_regs *regs);
void x86_ct_local_db_save(struct pt_regs *regs);
void x86_ct_notify_debug(struct pt_regs *regs);
void x86_ct_local_db_restore(struct pt_regs *regs);
void x86_ct_bus_lock_and_sigtrap(struct pt_regs *regs);
void x86_ct_sev_es_ist_enter(struct pt_regs *regs);
void x86_ct_default_do_nmi(struct pt_regs *regs);
void x86_ct_sev_es_ist_exit(struct pt_regs *regs);
void x86_ct_kvm_set_cpu_l1tf_flush_l1d(struct pt_regs *regs);
void x86_ct_ia32_sys_call(struct pt_regs *regs);
void x86_ct_x64_sys_call(struct pt_regs *regs);
void x86_ct_get_user_ebp(struct pt_regs *regs);
void x86_ct_int80_is_external(struct pt_regs *regs);
void x86_ct_show_bad_fred_event(struct pt_regs *regs);
void x86_ct_prefetchw_mmap_lock(struct pt_regs *regs);
void x86_ct_kvm_handle_async_pf(struct pt_regs *regs);
void x86_ct_kvm_async_pf_task_wait_schedule(struct pt_regs *regs);
void x86_ct_trace_page_fault_entries(struct pt_regs *regs);
void x86_ct_do_kern_addr_fault(struct pt_regs *regs);
void x86_ct_do_user_addr_fault(struct pt_regs *regs);
void x86_ct_notify_die(struct pt_regs *regs);
void x86_ct_do_trap(struct pt_regs *regs);
void x86_ct_report_bug(struct pt_regs *regs);
void x86_ct_poke_int3_handler(struct pt_regs *regs);
void x86_ct_do_int3(struct pt_regs *regs);
void x86_ct_sev_es_nmi_complete(struct pt_regs *regs);
void x86_ct_do_machine_check(struct pt_regs *regs);
void x86_ct_rewrite_iret_frame(struct pt_regs *regs);
void x86_ct_vc_raw_handle_exception(struct pt_regs *regs);
void x86_ct_force_sigbus(struct pt_regs *regs);

/* The port answers these. */
/* the new task is a kernel thread */
bool x86_ct_kernel_thread(struct pt_regs *regs);
/* any flag of EXIT_TO_USER_MODE_WORK is set */
bool x86_ct_exit_work(struct pt_regs *regs);
/* TIF_UPROBE is set */
bool x86_ct_uprobe_pending(struct pt_regs *regs);
/* TIF_SIGPENDING or TIF_NOTIFY_SIGNAL is set */
bool x86_ct_signal_pending(struct pt_regs *regs);
/* TIF_NOTIFY_RESUME is set */
bool x86_ct_notify_resume(struct pt_regs *regs);
/* the interrupted code ran with interrupts on */
bool x86_ct_irqs_were_on(struct pt_regs *regs);
/* PREEMPTION is configured and preempt_count is zero */
bool x86_ct_may_preempt(struct pt_regs *regs);
/* lockdep saw interrupts on when this was entered */
bool x86_ct_lockdep_was_on(struct pt_regs *regs);
/* no notifier has dealt with the debug exception */
bool x86_ct_debug_unhandled(struct pt_regs *regs);
/* the sixth argument on the user stack cannot be read */
bool x86_ct_ebp_unreadable(struct pt_regs *regs);
/* vector 0x80 came from the APIC */
bool x86_ct_int80_external(struct pt_regs *regs);
/* the CPU is offline */
bool x86_ct_cpu_offline(struct pt_regs *regs);
/* a notifier has dealt with the exception */
bool x86_ct_notify_stopped(struct pt_regs *regs);
/* KVM reports an asynchronous page fault, and this is not inside an NMI */
bool x86_ct_async_pf_pending(struct pt_regs *regs);
/* the faulting address is not a user address */
bool x86_ct_kernel_address(struct pt_regs *regs);
/* a preemptible hypercall of the kernel was interrupted */
bool x86_ct_xen_inhcall(struct pt_regs *regs);
/* a UD1 or UD2 of the kernel's own */
bool x86_ct_bug_instruction(struct pt_regs *regs);
/* it was a WARN, which is done with */
bool x86_ct_warn_done(struct pt_regs *regs);
/* the instruction is being patched */
bool x86_ct_poked(struct pt_regs *regs);
/* this CPU is handling an NMI already */
bool x86_ct_nmi_running(struct pt_regs *regs);
/* another NMI came while this one was handled */
bool x86_ct_nmi_again(struct pt_regs *regs);
/* another CPU is crashing, and this one is not to take part */
bool x86_ct_crashing_elsewhere(struct pt_regs *regs);
/* IRET to user mode faulted on the espfix stack */
bool x86_ct_espfix_iret(struct pt_regs *regs);
/* the intercepted event is a #DB */
bool x86_ct_vc_of_debug(struct pt_regs *regs);
/* the hypervisor could not be asked */
bool x86_ct_vc_unhandled(struct pt_regs *regs);
/* the kernel was somewhere where #VC cannot be handled */
bool x86_ct_vc_from_bad_context(struct pt_regs *regs);

#ifdef CONFIG_CONTEXT_TRACKING_USER

/* USER to KERNEL with interrupts masked; warns unless the state is USER */
static __always_inline void x86_ct_user_exit_irqoff(void)
{
	CT_WARN_ON(__ct_state() != CT_STATE_USER);
	user_exit_irqoff();
}

/* KERNEL to USER with interrupts masked */
static __always_inline void x86_ct_user_enter_irqoff(void)
{
	user_enter_irqoff();
}

#else /* !CONFIG_CONTEXT_TRACKING_USER */

static __always_inline void x86_ct_user_exit_irqoff(void) { }

static __always_inline void x86_ct_user_enter_irqoff(void) { }

#endif /* CONFIG_CONTEXT_TRACKING_USER */

/* The entry paths, in kernel/entry-stubs.c. */
asmlinkage void x86_ct_syscall(struct pt_regs *regs);
asmlinkage void x86_ct_syscall_compat_fast(struct pt_regs *regs);
asmlinkage void x86_ct_syscall_compat_int80(struct pt_regs *regs);
asmlinkage void x86_ct_fred(struct pt_regs *regs);
asmlinkage void x86_ct_fred_kernel(struct pt_regs *regs);
asmlinkage void x86_ct_fred_nmi(struct pt_regs *regs);
asmlinkage void x86_ct_fred_bad_type(struct pt_regs *regs);
asmlinkage void x86_ct_page_fault(struct pt_regs *regs);
asmlinkage void x86_ct_irq(struct pt_regs *regs);
asmlinkage void x86_ct_irq_xen_pv(struct pt_regs *regs);
asmlinkage void x86_ct_exceptions(struct pt_regs *regs);
asmlinkage void x86_ct_undef(struct pt_regs *regs);
asmlinkage void x86_ct_int3(struct pt_regs *regs);
asmlinkage void x86_ct_int3_poke_early(struct pt_regs *regs);
asmlinkage void x86_ct_debug(struct pt_regs *regs);
asmlinkage void x86_ct_kernel_debug(struct pt_regs *regs);
asmlinkage void x86_ct_nmi(struct pt_regs *regs);
asmlinkage void x86_ct_machine_check(struct pt_regs *regs);
asmlinkage void x86_ct_kernel_machine_check(struct pt_regs *regs);
asmlinkage void x86_ct_double_fault(struct pt_regs *regs);
asmlinkage void x86_ct_vc(struct pt_regs *regs);
asmlinkage void x86_ct_kernel_vc(struct pt_regs *regs);
asmlinkage void x86_ct_fork_return(struct pt_regs *regs);

#endif /* _ASM_X86_CONTEXT_TRACKING_H */
