/* Both ends are helpers of the file, and a return between their calls leaks all the same. */
static inline enum ctx_state trap_begin(void)
{
	enum ctx_state state = exception_enter();

	count_trap();
	return state;
}

static void trap_end(enum ctx_state state)
{
	exception_exit(state);
	count_trap();
}

int do_trap_e(struct pt_regs *regs)
{
	enum ctx_state prev = trap_begin();

	if (!user_mode(regs))
		return -1; /* WANT exception-exit-missing */
	force_sig(SIGILL);
	trap_end(prev);
	return 0;
}
