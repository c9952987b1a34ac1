/* SPDX-License-Identifier: GPL-2.0 */
static __always_inline void from_user(void)
{
	user_exit_irqoff();
	trace_hardirqs_off_finish();
}

static noinstr void user_work(struct pt_regs *regs)
{
	while (exit_work(regs)) {
		local_irq_enable();
		if (need_resched())
			schedule();
		do_work(regs);
		local_irq_disable();
	}
}

static noinstr void to_user(struct pt_regs *regs)
{
	local_irq_disable();
	user_work(regs);
	trace_hardirqs_on_prepare();
	user_enter_irqoff();
}

noinstr void do_syscall(struct pt_regs *regs)
{
	from_user();
	local_irq_enable();
	handle_syscall(regs);
	to_user(regs);
}

noinstr void do_fault(struct pt_regs *regs)
{
	if (user_mode(regs)) {
		from_user();
		local_irq_enable();
		handle_fault(regs);
		to_user(regs);
	} else {
		if (!regs_irqs_disabled(regs))
			local_irq_enable();
		handle_fault(regs);
		local_irq_disable();
	}
}

noinstr void do_irq(struct pt_regs *regs)
{
	if (user_mode(regs))
		from_user();
	else
		ct_irq_enter();
	irq_enter_rcu();
	handle_irq(regs);
	irq_exit_rcu();
	if (user_mode(regs))
		to_user(regs);
	else
		ct_irq_exit();
}

noinstr void do_nmi(struct pt_regs *regs);

noinstr void ret_from_fork(struct pt_regs *regs)
{
	to_user(regs);
}
