/* A call and a return go over several lines, and each is found where its first word stands. */
int do_spread(struct pt_regs *regs, unsigned long address)
{
	enum ctx_state prev =
		exception_enter();

	if (!user_mode(regs))
		return /* WANT exception-exit-missing */
			fixup(regs,
			      address);

	pr_debug("from %d\n", prev);
	exception_exit /* WANT exception-exit-mismatch */
		(
			CT_STATE_USER
		);
	return 0;
}
