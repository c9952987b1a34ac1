/* A file with CRLF line ends in which a return leaks. */
void do_crlf(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (user_mode(regs) && \
	    skip_crlf(regs))
		return; /* WANT exception-exit-missing */
	exception_exit(prev);
}
