/* Interrupts are opened before the state has changed. */
void noinstr enter_syscall(struct pt_regs *regs)
{
	local_irq_enable(); /* WANT irqs-on-before-user-exit */
	user_exit_irqoff();
	run_syscall(regs);
	local_irq_disable();
	user_enter_irqoff();
}
