/* A branch asks about the saved state, but neither of its ways has an exit. */
void do_guest_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (prev == CT_STATE_GUEST)
		count_guest(regs);
	else
		count_host(regs);
	force_sig(SIGILL);
} /* WANT exception-exit-missing */
