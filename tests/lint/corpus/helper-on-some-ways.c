/* The helper that is given the state exits on some of its ways only. */
static void maybe_exit(struct pt_regs *regs, enum ctx_state state)
{
	if (regs)
		exception_exit(state);
}

void do_on_some_ways(struct pt_regs *regs) /* WANT not-analysed */
{
	enum ctx_state prev = exception_enter();

	count_trap(regs);
	maybe_exit(regs, prev);
}
