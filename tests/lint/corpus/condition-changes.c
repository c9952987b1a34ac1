/* Two ifs have the same text, but what they ask about is assigned in between. */
void do_data_abort(struct pt_regs *regs, int code)
{
	enum ctx_state prev;

	if (code)
		prev = exception_enter();

	code = classify_abort(regs);

	if (code)
		exception_exit(prev); /* WANT exception-exit-unpaired */
} /* WANT exception-exit-missing */
