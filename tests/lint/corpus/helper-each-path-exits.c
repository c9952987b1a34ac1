/* The helper has two exits, of which exactly one runs on each path. */
static void finish_trap(struct pt_regs *regs, enum ctx_state state, int signal)
{
	if (!signal) {
		exception_exit(state);
		return;
	}
	force_sig(signal);
	exception_exit(state);
}

void do_finished(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (user_mode(regs))
		finish_trap(regs, prev, SIGTRAP);
	else
		finish_trap(regs, prev, 0);
}
