/* Only one path opens interrupts before the state changes. */
void noinstr enter_abort(struct pt_regs *regs, unsigned long esr)
{
	if (regs_irqs_on(regs))
		local_irq_enable(); /* WANT irqs-on-before-user-exit */
	else
		mark_masked(regs);

	user_exit_irqoff();
	run_abort(regs, esr);
}
