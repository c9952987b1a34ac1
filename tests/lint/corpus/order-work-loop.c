/* The exit work may be interrupted and scheduled, and interrupts are closed again before the state changes. */
void noinstr finish_exit(struct pt_regs *regs)
{
	unsigned long flags = read_flags(regs);

	while (flags & _TIF_WORK_MASK) {
		local_irq_enable();
		if (flags & _TIF_NEED_RESCHED)
			schedule();
		run_work(regs, flags);
		local_irq_disable();
		flags = read_flags(regs);
	}
	user_enter_irqoff();
}
