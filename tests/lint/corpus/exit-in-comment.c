/* What looks like the exit stands in a comment. */
void do_trap_i(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	force_sig(SIGILL);
	/* exception_exit(prev); */
	// exception_exit(prev);
} /* WANT exception-exit-missing */
