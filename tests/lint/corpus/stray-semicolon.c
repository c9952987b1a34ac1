/* A semicolon ends the if, so the return behind it is not conditional. */
int do_stray(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (!user_mode(regs));
		return -1; /* WANT exception-exit-missing */

	exception_exit(prev);
	return 0;
}
