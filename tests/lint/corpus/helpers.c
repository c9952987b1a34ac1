/* One static helper enters and hands the state out, another takes it back and exits. */
static enum ctx_state trap_begin(struct pt_regs *regs)
{
	enum ctx_state state = exception_enter();

	count_trap(regs);
	return state;
}

static void trap_end(struct pt_regs *regs, enum ctx_state state)
{
	if (trap_pending(regs))
		run_pending(regs);
	exception_exit(state);
}

void do_helped(struct pt_regs *regs)
{
	enum ctx_state prev = trap_begin(regs);

	force_sig(SIGILL);
	trap_end(regs, prev);
}
