/* The state is in one member of a local struct and the exit gets the other. */
void do_trap_frame(struct pt_regs *regs)
{
	struct {
		enum ctx_state old;
		enum ctx_state new;
	} state = { .new = CT_STATE_KERNEL };

	state.old = exception_enter();
	show_frame(regs);
	exception_exit(state.new); /* WANT exception-exit-mismatch */
}
