/* A label stands between an if without braces and its return, and labels between a switch and its if. */
void do_labelled_branch(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (pending(regs))
		goto again;
	if (notify(regs))
again:
		return; /* WANT exception-exit-missing */
	exception_exit(prev);
}

void do_bare_switch(struct pt_regs *regs, int code)
{
	enum ctx_state prev = exception_enter();

	switch (code)
	default:
	case 1:
		if (notify(regs))
			return; /* WANT exception-exit-missing */
	exception_exit(prev);
}
