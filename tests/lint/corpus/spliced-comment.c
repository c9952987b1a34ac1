/* A backslash at the end of a line comment makes the next line, with the exit, part of it. */
void do_trap_k(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	force_sig(SIGILL);
	// back to what was interrupted \
	exception_exit(prev);
} /* WANT exception-exit-missing */
