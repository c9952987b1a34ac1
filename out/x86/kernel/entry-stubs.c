// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Entry paths of x86, for Linux 6.12: every way into the kernel
 * and back, in the order of calls that the verifier has seen.
 *
 * Generated from x86.yaml; do not edit, but change it and run:
 *	gen render x86.yaml
 */
#include <asm/context_tracking.h>
#include <asm/ptrace.h>
#include <linux/ftrace.h>
#include <linux/hardirq.h>
#include <linux/instrumentation.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/sched.h>

/*
 * work before the return to user mode, in the KERNEL state
 * exit_to_user_mode_loop in kernel/entry/common.c
 */
static __always_inline void x86_ct_task_work(struct pt_regs *regs)
{
	while (x86_ct_exit_work(regs)) {
		x86_ct_unmask(X86_CT_IRQ);
		if (need_resched())
			schedule();
		if (x86_ct_uprobe_pending(regs))
			x86_ct_uprobe_notify_resume(regs);
		if (x86_ct_signal_pending(regs))
			x86_ct_arch_do_signal_or_restart(regs);
		if (x86_ct_notify_resume(regs))
			x86_ct_resume_user_mode_work(regs);
		x86_ct_mask(X86_CT_IRQ);
		x86_ct_tick_nohz_user_enter_prepare(regs);
	}
}

/*
 * the last work before user_enter, with interrupts masked
 * exit_to_user_mode_prepare in include/linux/entry-common.h
 */
static __always_inline void x86_ct_exit_to_user_mode_prepare(struct pt_regs *regs)
{
	x86_ct_tick_nohz_user_enter_prepare(regs);
	x86_ct_task_work(regs);
	x86_ct_arch_exit_work(regs);
	x86_ct_lockdep_sys_exit(regs);
}

/*
 * to user mode: tracing, then KERNEL to USER, then lockdep
 * exit_to_user_mode in include/linux/entry-common.h
 */
static __always_inline void x86_ct_exit_to_user_mode(struct pt_regs *regs)
{
	instrumentation_begin();
	trace_hardirqs_on_prepare();
	lockdep_hardirqs_on_prepare();
	instrumentation_end();
	x86_ct_user_enter_irqoff();
	x86_ct_amd_clear_divider(regs);
	lockdep_hardirqs_on(CALLER_ADDR0);
}

/*
 * system call exit: tracers, interrupts off, work, state
 * syscall_exit_to_user_mode in kernel/entry/common.c
 */
static __always_inline void x86_ct_syscall_exit_to_user_mode(struct pt_regs *regs)
{
	instrumentation_begin();
	x86_ct_syscall_exit_work(regs);
	x86_ct_mask(X86_CT_IRQ);
	x86_ct_exit_to_user_mode_prepare(regs);
	instrumentation_end();
	x86_ct_exit_to_user_mode(regs);
}

/*
 * what a new task does first
 * ret_from_fork in arch/x86/kernel/process.c
 */
static __always_inline void x86_ct_new_task_begins(struct pt_regs *regs)
{
	x86_ct_unmask(X86_CT_IRQ);
	x86_ct_schedule_tail(regs);
	if (x86_ct_kernel_thread(regs))
		x86_ct_kernel_thread_function(regs);
	x86_ct_syscall_exit_to_user_mode(regs);
	x86_ct_ret_from_fork(regs);
}

/*
 * the end in assembly: stack erased on the way to user mode, registers, IRET, SYSRET or ERETU
 * swapgs_restore_regs_and_return_to_usermode in arch/x86/entry/entry_64.S
 */
static __always_inline void x86_ct_exit_asm(struct pt_regs *regs)
{
	if (user_mode(regs))
		x86_ct_stackleak_erase(regs);
}

/*
 * from user mode: lockdep, then USER to KERNEL, then tracing
 * enter_from_user_mode in include/linux/entry-common.h
 */
static __always_inline void x86_ct_enter_from_user_mode(void)
{
	lockdep_hardirqs_off(CALLER_ADDR0);
	x86_ct_user_exit_irqoff();
	instrumentation_begin();
	trace_hardirqs_off_finish();
	instrumentation_end();
}

/*
 * system call entry: state, interrupts on; the tracers come later
 * syscall_enter_from_user_mode_prepare in kernel/entry/common.c
 */
static __always_inline void x86_ct_syscall_enter_prepare(void)
{
	x86_ct_enter_from_user_mode();
	instrumentation_begin();
	x86_ct_unmask(X86_CT_IRQ);
	instrumentation_end();
}

/*
 * system call entry: state, interrupts on, tracers
 * syscall_enter_from_user_mode in include/linux/entry-common.h
 */
static __always_inline void x86_ct_syscall_enter_from_user_mode(struct pt_regs *regs)
{
	x86_ct_enter_from_user_mode();
	instrumentation_begin();
	x86_ct_unmask(X86_CT_IRQ);
	x86_ct_syscall_trace_enter(regs);
	instrumentation_end();
}

/*
 * exception or interrupt exit to user mode
 * irqentry_exit_to_user_mode in kernel/entry/common.c
 */
static __always_inline void x86_ct_irqentry_exit_to_user_mode(struct pt_regs *regs)
{
	instrumentation_begin();
	x86_ct_exit_to_user_mode_prepare(regs);
	instrumentation_end();
	x86_ct_exit_to_user_mode(regs);
}

/*
 * from user mode USER to KERNEL; from the kernel RCU is told only about the idle task
 * irqentry_enter in kernel/entry/common.c
 */
static __always_inline void x86_ct_irqentry_enter(struct pt_regs *regs)
{
	if (user_mode(regs)) {
		x86_ct_enter_from_user_mode();
	} else {
		if (is_idle_task(current)) {
			lockdep_hardirqs_off(CALLER_ADDR0);
			ct_irq_enter();
			instrumentation_begin();
			trace_hardirqs_off_finish();
			instrumentation_end();
		} else {
			lockdep_hardirqs_off(CALLER_ADDR0);
			instrumentation_begin();
			x86_ct_rcu_irq_enter_check_tick(regs);
			trace_hardirqs_off_finish();
			instrumentation_end();
		}
	}
}

/*
 * back to user mode, or to the kernel with preemption where interrupts were on
 * irqentry_exit in kernel/entry/common.c
 */
static __always_inline void x86_ct_irqentry_exit(struct pt_regs *regs)
{
	if (user_mode(regs)) {
		x86_ct_irqentry_exit_to_user_mode(regs);
	} else {
		if (x86_ct_irqs_were_on(regs)) {
			if (is_idle_task(current)) {
				instrumentation_begin();
				trace_hardirqs_on_prepare();
				lockdep_hardirqs_on_prepare();
				instrumentation_end();
				ct_irq_exit();
				lockdep_hardirqs_on(CALLER_ADDR0);
			} else {
				instrumentation_begin();
				if (x86_ct_may_preempt(regs)) {
					if (need_resched())
						preempt_schedule_irq();
				}
				trace_hardirqs_on();
				instrumentation_end();
			}
		} else {
			if (is_idle_task(current))
				ct_irq_exit();
		}
	}
}

/*
 * NMI-like entry: RCU watches, the state stays
 * irqentry_nmi_enter in kernel/entry/common.c
 */
static __always_inline void x86_ct_irqentry_nmi_enter(void)
{
	__nmi_enter();
	lockdep_hardirqs_off(CALLER_ADDR0);
	lockdep_hardirq_enter();
	ct_nmi_enter();
	instrumentation_begin();
	trace_hardirqs_off_finish();
	instrumentation_end();
}

/*
 * NMI-like exit
 * irqentry_nmi_exit in kernel/entry/common.c
 */
static __always_inline void x86_ct_irqentry_nmi_exit(struct pt_regs *regs)
{
	instrumentation_begin();
	if (x86_ct_lockdep_was_on(regs)) {
		trace_hardirqs_on_prepare();
		lockdep_hardirqs_on_prepare();
	}
	instrumentation_end();
	ct_nmi_exit();
	lockdep_hardirq_exit();
	if (x86_ct_lockdep_was_on(regs))
		lockdep_hardirqs_on(CALLER_ADDR0);
	__nmi_exit();
}

/*
 * hardirq context, on the IRQ stack when it comes from the kernel
 * call_on_irqstack_cond in arch/x86/include/asm/irq_stack.h
 */
static __always_inline void x86_ct_handle_irq_on_stack(struct pt_regs *regs)
{
	irq_enter_rcu();
	x86_ct_handle_irq(regs);
	irq_exit_rcu();
}

/*
 * debug exception from the kernel: NMI-like, breakpoints off
 * exc_debug_kernel in arch/x86/kernel/traps.c
 */
static __always_inline void x86_ct_exc_debug_kernel(struct pt_regs *regs)
{
	x86_ct_debug_read_reset_dr6(regs);
	x86_ct_local_db_save(regs);
	x86_ct_irqentry_nmi_enter();
	instrumentation_begin();
	x86_ct_notify_debug(regs);
	instrumentation_end();
	x86_ct_irqentry_nmi_exit(regs);
	x86_ct_local_db_restore(regs);
}

/*
 * debug exception from user mode: interrupts open once DR6 is read
 * exc_debug_user in arch/x86/kernel/traps.c
 */
static __always_inline void x86_ct_exc_debug_user(struct pt_regs *regs)
{
	x86_ct_debug_read_reset_dr6(regs);
	x86_ct_enter_from_user_mode();
	instrumentation_begin();
	x86_ct_notify_debug(regs);
	if (x86_ct_debug_unhandled(regs)) {
		x86_ct_unmask(X86_CT_IRQ);
		x86_ct_bus_lock_and_sigtrap(regs);
		x86_ct_mask(X86_CT_IRQ);
	}
	instrumentation_end();
	x86_ct_irqentry_exit_to_user_mode(regs);
}

/*
 * one NMI: breakpoints off, RCU watches
 * exc_nmi in arch/x86/kernel/nmi.c
 */
static __always_inline void x86_ct_nmi_round(struct pt_regs *regs)
{
	x86_ct_sev_es_ist_enter(regs);
	x86_ct_local_db_save(regs);
	x86_ct_irqentry_nmi_enter();
	instrumentation_begin();
	x86_ct_default_do_nmi(regs);
	instrumentation_end();
	x86_ct_irqentry_nmi_exit(regs);
	x86_ct_local_db_restore(regs);
	x86_ct_sev_es_ist_exit(regs);
}

/*
 * device interrupt or system vector
 * DEFINE_IDTENTRY_IRQ in arch/x86/include/asm/idtentry.h
 */
static __always_inline void x86_ct_exc_irq(struct pt_regs *regs)
{
	x86_ct_irqentry_enter(regs);
	x86_ct_kvm_set_cpu_l1tf_flush_l1d(regs);
	instrumentation_begin();
	x86_ct_handle_irq_on_stack(regs);
	instrumentation_end();
	x86_ct_irqentry_exit(regs);
}

/*
 * 32-bit system call once interrupts are on
 * do_syscall_32_irqs_on in arch/x86/entry/common.c
 */
static __always_inline void x86_ct_ia32_syscall(struct pt_regs *regs)
{
	x86_ct_syscall_trace_enter(regs);
	x86_ct_ia32_sys_call(regs);
	instrumentation_end();
	x86_ct_syscall_exit_to_user_mode(regs);
}

/*
 * 64-bit system call: SYSCALL, or FRED
 * do_syscall_64 in arch/x86/entry/common.c
 */
asmlinkage void noinstr x86_ct_syscall(struct pt_regs *regs)
{
	x86_ct_syscall_enter_from_user_mode(regs);
	instrumentation_begin();
	x86_ct_x64_sys_call(regs);
	instrumentation_end();
	x86_ct_syscall_exit_to_user_mode(regs);
	x86_ct_exit_asm(regs);
}

/*
 * 32-bit system call by SYSENTER or SYSCALL: the sixth argument is read before the tracers
 * do_fast_syscall_32 in arch/x86/entry/common.c
 */
asmlinkage void noinstr x86_ct_syscall_compat_fast(struct pt_regs *regs)
{
	x86_ct_syscall_enter_prepare();
	instrumentation_begin();
	x86_ct_get_user_ebp(regs);
	if (x86_ct_ebp_unreadable(regs)) {
		x86_ct_mask(X86_CT_IRQ);
		instrumentation_end();
		x86_ct_irqentry_exit_to_user_mode(regs);
	} else {
		x86_ct_ia32_syscall(regs);
	}
	x86_ct_exit_asm(regs);
}

/*
 * 32-bit system call by INT 0x80
 * do_int80_emulation in arch/x86/entry/common.c
 */
asmlinkage void noinstr x86_ct_syscall_compat_int80(struct pt_regs *regs)
{
	x86_ct_enter_from_user_mode();
	instrumentation_begin();
	x86_ct_int80_is_external(regs);
	if (x86_ct_int80_external(regs))
		panic("fatal exception in %s", __func__);
	x86_ct_unmask(X86_CT_IRQ);
	x86_ct_ia32_syscall(regs);
	x86_ct_exit_asm(regs);
}

/*
 * FRED: interrupt from user mode
 * fred_entry_from_user in arch/x86/entry/entry_fred.c
 */
asmlinkage void noinstr x86_ct_fred(struct pt_regs *regs)
{
	x86_ct_exc_irq(regs);
}

/*
 * FRED: interrupt from the kernel
 * fred_entry_from_kernel in arch/x86/entry/entry_fred.c
 */
asmlinkage void noinstr x86_ct_fred_kernel(struct pt_regs *regs)
{
	x86_ct_exc_irq(regs);
}

/*
 * FRED: NMI, unblocked only by its own return
 * DEFINE_FREDENTRY_NMI in arch/x86/kernel/nmi.c
 */
asmlinkage void noinstr x86_ct_fred_nmi(struct pt_regs *regs)
{
	if (x86_ct_cpu_offline(regs))
		return;
	x86_ct_irqentry_nmi_enter();
	instrumentation_begin();
	x86_ct_default_do_nmi(regs);
	instrumentation_end();
	x86_ct_irqentry_nmi_exit(regs);
}

/*
 * FRED: invalid event: an oops inside an NMI-like section, which panics
 * fred_bad_type in arch/x86/entry/entry_fred.c
 */
asmlinkage void noinstr x86_ct_fred_bad_type(struct pt_regs *regs)
{
	x86_ct_irqentry_nmi_enter();
	instrumentation_begin();
	x86_ct_show_bad_fred_event(regs);
	if (x86_ct_notify_stopped(regs)) {
		instrumentation_end();
		x86_ct_irqentry_nmi_exit(regs);
		return;
	}
	panic("fatal exception in %s", __func__);
}

/*
 * page fault; a KVM async page fault is looked for before the state changes
 * exc_page_fault in arch/x86/mm/fault.c
 */
asmlinkage void noinstr x86_ct_page_fault(struct pt_regs *regs)
{
	x86_ct_prefetchw_mmap_lock(regs);
	x86_ct_kvm_handle_async_pf(regs);
	if (x86_ct_async_pf_pending(regs)) {
		x86_ct_irqentry_enter(regs);
		instrumentation_begin();
		if (!user_mode(regs))
			panic("fatal exception in %s", __func__);
		x86_ct_kvm_async_pf_task_wait_schedule(regs);
		instrumentation_end();
		x86_ct_irqentry_exit(regs);
		x86_ct_exit_asm(regs);
		return;
	}
	x86_ct_irqentry_enter(regs);
	instrumentation_begin();
	x86_ct_trace_page_fault_entries(regs);
	if (x86_ct_kernel_address(regs)) {
		x86_ct_do_kern_addr_fault(regs);
	} else {
		x86_ct_inherit(regs, X86_CT_IRQ);
		x86_ct_do_user_addr_fault(regs);
	}
	x86_ct_mask(X86_CT_IRQ);
	instrumentation_end();
	x86_ct_irqentry_exit(regs);
	x86_ct_exit_asm(regs);
}

/*
 * device interrupt or system vector
 * common_interrupt in arch/x86/kernel/irq.c
 */
asmlinkage void noinstr x86_ct_irq(struct pt_regs *regs)
{
	x86_ct_exc_irq(regs);
	x86_ct_exit_asm(regs);
}

/*
 * event of a Xen PV guest: preempts a hypercall without irqentry_exit
 * xen_pv_evtchn_do_upcall in arch/x86/xen/enlighten_pv.c
 */
asmlinkage void noinstr x86_ct_irq_xen_pv(struct pt_regs *regs)
{
	x86_ct_irqentry_enter(regs);
	instrumentation_begin();
	x86_ct_handle_irq_on_stack(regs);
	if (!user_mode(regs)) {
		if (x86_ct_irqs_were_on(regs)) {
			if (is_idle_task(current)) {
				instrumentation_end();
				x86_ct_irqentry_exit(regs);
				x86_ct_exit_asm(regs);
				return;
			}
			if (x86_ct_xen_inhcall(regs)) {
				if (x86_ct_may_preempt(regs)) {
					if (need_resched())
						preempt_schedule_irq();
				}
				instrumentation_end();
				x86_ct_exit_asm(regs);
				return;
			}
		}
	}
	instrumentation_end();
	x86_ct_irqentry_exit(regs);
	x86_ct_exit_asm(regs);
}

/*
 * the plain exceptions: #DE #OF #BR #NM #TS #NP #SS #GP #MF #AC #XF #CP #VE
 * DEFINE_IDTENTRY in arch/x86/include/asm/idtentry.h
 */
asmlinkage void noinstr x86_ct_exceptions(struct pt_regs *regs)
{
	x86_ct_irqentry_enter(regs);
	instrumentation_begin();
	x86_ct_notify_die(regs);
	if (x86_ct_notify_stopped(regs)) {
		instrumentation_end();
	} else {
		x86_ct_inherit(regs, X86_CT_IRQ);
		x86_ct_do_trap(regs);
		x86_ct_mask(X86_CT_IRQ);
		instrumentation_end();
	}
	x86_ct_irqentry_exit(regs);
	x86_ct_exit_asm(regs);
}

/*
 * invalid opcode; a WARN or BUG of the kernel is handled before irqentry_enter
 * exc_invalid_op in arch/x86/kernel/traps.c
 */
asmlinkage void noinstr x86_ct_undef(struct pt_regs *regs)
{
	if (!user_mode(regs)) {
		if (x86_ct_bug_instruction(regs)) {
			instrumentation_begin();
			x86_ct_inherit(regs, X86_CT_IRQ);
			x86_ct_report_bug(regs);
			x86_ct_mask(X86_CT_IRQ);
			instrumentation_end();
			if (x86_ct_warn_done(regs)) {
				x86_ct_exit_asm(regs);
				return;
			}
		}
	}
	x86_ct_irqentry_enter(regs);
	instrumentation_begin();
	x86_ct_notify_die(regs);
	if (x86_ct_notify_stopped(regs)) {
		instrumentation_end();
	} else {
		x86_ct_inherit(regs, X86_CT_IRQ);
		x86_ct_do_trap(regs);
		x86_ct_mask(X86_CT_IRQ);
		instrumentation_end();
	}
	x86_ct_irqentry_exit(regs);
	x86_ct_exit_asm(regs);
}

/*
 * INT3: kprobe, uprobe, debugger
 * exc_int3 in arch/x86/kernel/traps.c
 */
asmlinkage void noinstr x86_ct_int3(struct pt_regs *regs)
{
	x86_ct_poke_int3_handler(regs);
	if (x86_ct_poked(regs)) {
		x86_ct_exit_asm(regs);
		return;
	}
	if (user_mode(regs)) {
		x86_ct_enter_from_user_mode();
		instrumentation_begin();
		x86_ct_do_int3(regs);
		if (x86_ct_notify_stopped(regs)) {
			instrumentation_end();
		} else {
			x86_ct_inherit(regs, X86_CT_IRQ);
			x86_ct_do_trap(regs);
			x86_ct_mask(X86_CT_IRQ);
			instrumentation_end();
		}
		x86_ct_irqentry_exit_to_user_mode(regs);
	} else {
		x86_ct_irqentry_nmi_enter();
		instrumentation_begin();
		x86_ct_do_int3(regs);
		instrumentation_end();
		x86_ct_irqentry_nmi_exit(regs);
	}
	x86_ct_exit_asm(regs);
}

/*
 * INT3 of an instruction that is being patched, in noinstr code too
 * poke_int3_handler in arch/x86/kernel/alternative.c
 */
asmlinkage void noinstr x86_ct_int3_poke_early(struct pt_regs *regs)
{
	x86_ct_poke_int3_handler(regs);
	x86_ct_exit_asm(regs);
}

/*
 * debug exception from user mode
 * exc_debug_user in arch/x86/kernel/traps.c
 */
asmlinkage void noinstr x86_ct_debug(struct pt_regs *regs)
{
	x86_ct_exc_debug_user(regs);
	x86_ct_exit_asm(regs);
}

/*
 * debug exception from the kernel
 * exc_debug_kernel in arch/x86/kernel/traps.c
 */
asmlinkage void noinstr x86_ct_kernel_debug(struct pt_regs *regs)
{
	x86_ct_exc_debug_kernel(regs);
	x86_ct_exit_asm(regs);
}

/*
 * NMI from anywhere: no user_exit even from user mode
 * exc_nmi in arch/x86/kernel/nmi.c
 */
asmlinkage void noinstr x86_ct_nmi(struct pt_regs *regs)
{
	x86_ct_sev_es_nmi_complete(regs);
	if (x86_ct_cpu_offline(regs)) {
		x86_ct_exit_asm(regs);
		return;
	}
	if (x86_ct_nmi_running(regs)) {
		x86_ct_exit_asm(regs);
		return;
	}
	x86_ct_nmi_round(regs);
	while (x86_ct_nmi_again(regs))
		x86_ct_nmi_round(regs);
	x86_ct_exit_asm(regs);
}

/*
 * machine check from user mode: the state changes
 * exc_machine_check_user in arch/x86/kernel/cpu/mce/core.c
 */
asmlinkage void noinstr x86_ct_machine_check(struct pt_regs *regs)
{
	x86_ct_enter_from_user_mode();
	x86_ct_local_db_save(regs);
	x86_ct_do_machine_check(regs);
	x86_ct_local_db_restore(regs);
	x86_ct_irqentry_exit_to_user_mode(regs);
	x86_ct_exit_asm(regs);
}

/*
 * machine check from the kernel: NMI-like
 * exc_machine_check_kernel in arch/x86/kernel/cpu/mce/core.c
 */
asmlinkage void noinstr x86_ct_kernel_machine_check(struct pt_regs *regs)
{
	x86_ct_local_db_save(regs);
	if (x86_ct_crashing_elsewhere(regs)) {
		x86_ct_local_db_restore(regs);
		return;
	}
	x86_ct_irqentry_nmi_enter();
	x86_ct_do_machine_check(regs);
	x86_ct_irqentry_nmi_exit(regs);
	x86_ct_local_db_restore(regs);
}

/*
 * double fault: sent back as a #GP from user mode if IRET did it, fatal otherwise
 * exc_double_fault in arch/x86/kernel/traps.c
 */
asmlinkage void noinstr x86_ct_double_fault(struct pt_regs *regs)
{
	if (x86_ct_espfix_iret(regs)) {
		x86_ct_rewrite_iret_frame(regs);
		return;
	}
	x86_ct_irqentry_nmi_enter();
	instrumentation_begin();
	x86_ct_notify_die(regs);
	panic("fatal exception in %s", __func__);
}

/*
 * VMM communication exception (#VC) from user mode
 * exc_vmm_communication in arch/x86/coco/sev/core.c
 */
asmlinkage void noinstr x86_ct_vc(struct pt_regs *regs)
{
	if (x86_ct_vc_of_debug(regs)) {
		x86_ct_exc_debug_user(regs);
	} else {
		x86_ct_enter_from_user_mode();
		instrumentation_begin();
		x86_ct_vc_raw_handle_exception(regs);
		if (x86_ct_vc_unhandled(regs))
			x86_ct_force_sigbus(regs);
		instrumentation_end();
		x86_ct_irqentry_exit_to_user_mode(regs);
	}
	x86_ct_exit_asm(regs);
}

/*
 * VMM communication exception (#VC) from the kernel: NMI-like
 * exc_vmm_communication in arch/x86/coco/sev/core.c
 */
asmlinkage void noinstr x86_ct_kernel_vc(struct pt_regs *regs)
{
	if (x86_ct_vc_from_bad_context(regs)) {
		instrumentation_begin();
		panic("fatal exception in %s", __func__);
	}
	if (x86_ct_vc_of_debug(regs)) {
		x86_ct_exc_debug_kernel(regs);
	} else {
		x86_ct_irqentry_nmi_enter();
		instrumentation_begin();
		x86_ct_vc_raw_handle_exception(regs);
		if (x86_ct_vc_unhandled(regs))
			panic("fatal exception in %s", __func__);
		instrumentation_end();
		x86_ct_irqentry_nmi_exit(regs);
	}
	x86_ct_exit_asm(regs);
}

/*
 * a new task leaves the kernel for the first time, through C that is not noinstr
 * ret_from_fork_asm in arch/x86/entry/entry_64.S
 */
asmlinkage void x86_ct_fork_return(struct pt_regs *regs)
{
	x86_ct_new_task_begins(regs);
	x86_ct_exit_asm(regs);
}
