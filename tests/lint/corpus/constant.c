/* The exit gets a constant although the state was saved. */
void do_privilege(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	force_sig_fault(SIGILL, ILL_PRVOPC, regs->pc);
	pr_debug("from %d\n", prev);
	exception_exit(CT_STATE_USER); /* WANT exception-exit-mismatch */
}
