void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (user_mode(regs)) {
		exception_exit(prev);
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
