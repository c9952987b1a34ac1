/* Interrupts are opened once more after the state says user. */
void noinstr leave_to_user(struct pt_regs *regs)
{
	local_irq_disable();
	while (exit_work(regs)) {
		local_irq_enable();
		run_exit_work(regs);
		local_irq_disable();
	}
	user_enter_irqoff();
	if (single_stepping(regs))
		local_irq_enable(); /* WANT irqs-on-after-user-enter */
	restore_regs(regs);
}
