/* The enter stands in a condition, and both ways come to an exit. */
void do_enter_in_if(struct pt_regs *regs)
{
	enum ctx_state prev;

	if ((prev = exception_enter()) == CT_STATE_USER) {
		force_sig(SIGILL);
		exception_exit(prev);
	} else {
		fixup_kernel(regs);
		exception_exit(prev);
	}
}
