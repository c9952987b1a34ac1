void do_trap(struct pt_regs *regs)
{
	if (user_mode(regs))
		count(regs);
	else
		report(regs);
	handle(regs);
}
