/* Each case exits and returns, but there is no default, so the switch may match nothing. */
void do_coprocessor(struct pt_regs *regs, unsigned int unit)
{
	enum ctx_state prev = exception_enter();

	switch (unit) {
	case 0:
		force_sig(SIGILL);
		exception_exit(prev);
		return;
	case 1:
		own_fpu(regs);
		exception_exit(prev);
		return;
	}
} /* WANT exception-exit-missing */
