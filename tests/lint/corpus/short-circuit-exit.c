/* The exit is right of && and does not run when the left side is false. */
void do_illegal(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	bool sent = send_sigill(regs);

	if (sent && (exception_exit(prev), user_mode(regs)))
		count_sigill();
} /* WANT exception-exit-missing */
