/* The saved state is read in between, which does no harm. */
void do_verbose(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	bool from_user = prev == CT_STATE_USER;

	pr_debug("trap from %s (%d)\n", from_user ? "user" : "kernel", prev);
	if (from_user)
		force_sig(SIGTRAP);
	exception_exit(prev);
}
