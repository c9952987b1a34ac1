void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (handled(regs)) /* REFUSED nothing would be left in this `if`, and its handled() may have effects */
		exception_exit(prev);
}
