/* The helper that exits gets another variable than the one that was saved. */
static inline void trap_end(struct pt_regs *regs, enum ctx_state state)
{
	exception_exit(state);
	count_trap(regs);
}

void do_trap_f(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	enum ctx_state mode = CT_STATE_USER;

	force_sig(SIGSEGV);
	pr_debug("from %d\n", prev);
	trap_end(regs, mode); /* WANT exception-exit-mismatch */
}
