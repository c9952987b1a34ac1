/* The exit stands behind the return, where nothing gets to it. */
int do_privileged(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	force_sig_fault(SIGILL, ILL_PRVOPC, regs->pc);
	return 0; /* WANT exception-exit-missing */
	exception_exit(prev);
}
