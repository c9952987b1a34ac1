/* Interrupts are opened for a moment and closed again before user_exit_irqoff(). */
void noinstr enter_slow(struct pt_regs *regs)
{
	local_irq_enable();
	wait_for_firmware(regs);
	local_irq_disable();
	user_exit_irqoff();
	run_slow(regs);
}
