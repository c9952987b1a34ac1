/* The flag that decides whether interrupts are opened is another one when it decides whether the state moves. */
void noinstr enter_changed(struct pt_regs *regs)
{
	bool kernel = !user_mode(regs);

	if (kernel)
		local_irq_enable(); /* WANT irqs-on-before-user-exit */
	kernel = !kernel;
	if (kernel)
		user_exit_irqoff();
	run_changed(regs);
}
