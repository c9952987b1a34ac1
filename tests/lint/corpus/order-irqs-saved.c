/* Interrupts are opened for a moment, and local_irq_save() closes them again. */
void noinstr enter_saved(struct pt_regs *regs)
{
	unsigned long flags;

	local_irq_enable();
	wait_for_firmware(regs);
	local_irq_save(flags);
	user_exit_irqoff();
	local_irq_restore(flags);
	run_saved(regs);
}
