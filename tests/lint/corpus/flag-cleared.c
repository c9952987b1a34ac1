/* A flag remembers the enter, but an error path clears it before the exit is decided. */
int do_hw_error(struct pt_regs *regs)
{
	enum ctx_state prev;
	bool entered = false;
	int ret = 0;

	if (user_mode(regs)) {
		prev = exception_enter();
		entered = true;
	}
	if (read_syndrome(regs)) {
		entered = false;
		ret = -EIO;
	}
	if (entered)
		exception_exit(prev);
	return ret; /* WANT exception-exit-missing */
}
