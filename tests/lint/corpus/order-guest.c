/* After user_enter_irqoff() comes a user_exit_irqoff() before interrupts are opened. */
void noinstr run_in_user_state(struct pt_regs *regs)
{
	local_irq_disable();
	user_enter_irqoff();
	switch_to_user(regs);
	user_exit_irqoff();
	trace_hardirqs_off_finish();
	local_irq_enable();
	schedule();
}
