/* Two blocks have a pair and a variable of the same name each. */
void do_blocks(struct pt_regs *regs)
{
	if (trap_pending(regs)) {
		enum ctx_state prev = exception_enter();

		retire_one(regs);
		exception_exit(prev);
	}
	if (!user_mode(regs))
		return;
	{
		enum ctx_state prev;

		prev = exception_enter();
		force_sig(SIGILL);
		exception_exit(prev);
	}
}
