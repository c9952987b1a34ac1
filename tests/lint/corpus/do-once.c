/* break and continue both leave do { } while (0) and come to the exit behind it. */
void do_once(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	do {
		if (simulate_llsc(regs) == 0)
			break;
		if (simulate_sync(regs) == 0)
			continue;
		force_sig(SIGILL);
	} while (0);
	exception_exit(prev);
}
