/* Functions whose names begin like panic(), BUG() and do_exit() return. */
int do_lookalikes(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (regs->cause & 1) {
		panic_if_asked(regs);
		do_exit_work(regs);
		BUG_REPORT(regs);
		return -1; /* WANT exception-exit-missing */
	}
	exception_exit(prev);
	return 0;
}
