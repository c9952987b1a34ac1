void do_trap(struct pt_regs *regs)
{
	if (user_mode(regs)) {
		force_sig(SIGTRAP);
	} else
#ifdef CONFIG_X
		count(regs);
#else
	{
		count(regs);
		report(regs);
	}
#endif
}
