/* A goto from before the enter lands at the label in front of the exit. */
int check_break(struct pt_regs *regs, unsigned int code)
{
	enum ctx_state prev;
	int ret = 0;

	if (code > 1023)
		goto out;

	prev = exception_enter();
	ret = report_break(regs, code);
out:
	exception_exit(prev); /* WANT exception-exit-unpaired */
	return ret;
}
