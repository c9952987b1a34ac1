/* The pair stands in the wrong order. */
void do_swapped(struct pt_regs *regs)
{
	enum ctx_state prev;

	exception_exit(prev); /* WANT exception-exit-unpaired */
	handle_swapped(regs);
	prev = exception_enter();
} /* WANT exception-exit-missing */
