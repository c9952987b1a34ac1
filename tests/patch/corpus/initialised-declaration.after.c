void do_trap(struct pt_regs *regs)
{
	if (user_mode(regs))
		force_sig(SIGTRAP);
}
