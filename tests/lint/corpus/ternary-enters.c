/* Both arms of ?: enter, and one variable takes what either gives. */
static enum ctx_state enter_counted(struct pt_regs *regs)
{
	count_trap(regs);
	return exception_enter();
}

void do_choosing(struct pt_regs *regs)
{
	enum ctx_state prev;

	prev = user_mode(regs) ? enter_counted(regs) : exception_enter();
	force_sig(SIGILL);
	exception_exit(prev);
}
