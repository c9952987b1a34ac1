/* IS_ENABLED() in C is asked twice and answers the same. */
void do_enabled(struct pt_regs *regs)
{
	enum ctx_state prev;

	if (IS_ENABLED(CONFIG_NO_HZ_FULL))
		prev = exception_enter();

	force_sig(SIGILL);

	if (IS_ENABLED(CONFIG_NO_HZ_FULL))
		exception_exit(prev);
}
