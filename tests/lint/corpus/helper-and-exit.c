/* A helper exits for its caller, which exits once more. */
static void trap_end(struct pt_regs *regs, enum ctx_state state)
{
	count_trap(regs);
	exception_exit(state);
}

void do_trap_d(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	force_sig(SIGFPE);
	trap_end(regs, prev);
	exception_exit(prev); /* WANT exception-exit-unpaired */
}
