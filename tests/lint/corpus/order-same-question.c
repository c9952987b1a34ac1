/* Interrupts are opened and the state moves on ways that exclude each other, by a question that is asked twice. */
void noinstr enter_asked(struct pt_regs *regs)
{
	if (!user_mode(regs))
		local_irq_enable();
	if (user_mode(regs))
		user_exit_irqoff();
	run_asked(regs);
}

void noinstr enter_flagged(struct pt_regs *regs)
{
	bool user = user_mode(regs);

	if (!user)
		local_irq_enable();
	if (user)
		user_exit_irqoff();
	run_asked(regs);
}

void noinstr enter_optional(struct pt_regs *regs)
{
	if (IS_ENABLED(CONFIG_KPROBES))
		local_irq_enable();
#ifndef CONFIG_KPROBES
	user_exit_irqoff();
#endif
	run_asked(regs);
}
