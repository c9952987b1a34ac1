/* The enter and the exit depend on two conditions that have nothing to do with each other. */
void do_prefetch_abort(struct pt_regs *regs, bool tracked)
{
	enum ctx_state prev;

	if (tracked)
		prev = exception_enter();

	report_abort(regs);

	if (regs->cause)
		exception_exit(prev); /* WANT exception-exit-unpaired */
} /* WANT exception-exit-missing */
