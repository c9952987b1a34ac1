void do_trap(struct pt_regs *regs)
{
	if (user_mode(regs))
		handle(regs);

	if (regs->flags) {
		count(regs);
	}
}
