int do_trap(struct pt_regs *regs)
{
	int out = 0;

	if (!user_mode(regs))
		return out;
	out = handle(regs);
	regs->out = out;
	return out;
}
