void do_trap(struct pt_regs *regs)
{
	if (user_mode(regs)) {
		/* The task sees it. */
		force_sig(SIGTRAP);
	}
}
