/* A die() that is not declared __noreturn returns, and so does its caller. */
void die(const char *why, struct pt_regs *regs);

void do_bus_error(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (!user_mode(regs)) {
		die("bus error", regs);
		return; /* WANT exception-exit-missing */
	}
	force_sig(SIGBUS);
	exception_exit(prev);
}
