/* A macro that is not in the file makes the header, and the body stands behind it. */
DEFINE_TRAP_HANDLER(do_elsewhere)
{
	enum ctx_state prev = exception_enter();

	if (!user_mode(regs))
		return; /* WANT exception-exit-missing */
	force_sig(SIGTRAP);
	exception_exit(prev);
}
