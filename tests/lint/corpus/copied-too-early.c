/* The copy is made before the enter, so it is a copy of something else. */
void do_bounds(struct pt_regs *regs)
{
	enum ctx_state state = CT_STATE_KERNEL;
	enum ctx_state copy = state;

	state = exception_enter();
	send_bounds(regs);
	exception_exit(copy); /* WANT exception-exit-mismatch */
}
