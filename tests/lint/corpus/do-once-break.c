/* A break out of do { } while (0) jumps past the exit that stands inside. */
void do_reserved(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	do {
		if (simulate_llsc(regs) == 0)
			break;
		if (simulate_rdhwr(regs) == 0)
			break;
		force_sig(SIGILL);
		exception_exit(prev);
	} while (0);
} /* WANT exception-exit-missing */
