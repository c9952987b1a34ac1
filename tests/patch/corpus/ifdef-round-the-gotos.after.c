void do_trap(struct pt_regs *regs)
{
#ifdef CONFIG_X
	if (!user_mode(regs))
		return;
#else
	if (regs->flags)
		return;
#endif

	handle(regs);
}
