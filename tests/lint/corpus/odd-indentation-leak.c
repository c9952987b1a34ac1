/* The indentation says that both lines belong to the if; the language says otherwise. */
void do_trap_l(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (user_mode(regs))
		force_sig(SIGILL);
		return; /* WANT exception-exit-missing */

	exception_exit(prev);
}
