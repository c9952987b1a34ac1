/* The exit is in #if 0, so it is not there under any configuration. */
void do_disabled(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	force_sig(SIGILL);
#if 0
	exception_exit(prev);
#endif
} /* WANT exception-exit-missing */
