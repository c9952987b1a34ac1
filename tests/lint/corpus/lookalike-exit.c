/* The function leaves through a lookalike of the exit. */
void debug_exception_exit(struct pt_regs *regs);

void do_hw_break(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	report_debug(regs);
	debug_exception_exit(regs);
} /* WANT exception-exit-missing */
