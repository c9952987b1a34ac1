/* Each function has only one side of the change, and what it does is on the side where it may. */
void noinstr open_kernel(struct pt_regs *regs)
{
	user_exit_irqoff();
	preempt_disable();
	local_irq_enable();
}

void noinstr close_kernel(struct pt_regs *regs)
{
	preempt_enable();
	local_irq_disable();
	user_enter_irqoff();
}
