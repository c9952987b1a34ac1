/* The branch that opens interrupts returns before the state would change. */
void noinstr enter_either(struct pt_regs *regs)
{
	if (!user_mode(regs)) {
		trace_hardirqs_off();
		local_irq_enable();
		run_kernel_trap(regs);
		return;
	}

	user_exit_irqoff();
	local_irq_enable();
	run_user_trap(regs);
	local_irq_disable();
	user_enter_irqoff();
}
