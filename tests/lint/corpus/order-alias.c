/* Interrupts are opened through a macro, and the place to look at is where it is used. */
#define open_interrupts()	local_irq_enable()

void noinstr enter_aliased(struct pt_regs *regs)
{
	open_interrupts(); /* WANT irqs-on-before-user-exit */
	user_exit_irqoff();
	run_aliased(regs);
}
