/* The else belongs to the inner if, whatever its indentation says, and the outer one has none. */
void do_dangling(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (user_mode(regs))
		if (trap_pending(regs))
			exception_exit(prev);
	else
		exception_exit(prev);
} /* WANT exception-exit-missing */
