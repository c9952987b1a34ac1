/* The state is saved in a variable of an inner block, and the exit behind it means the outer one. */
void do_range_error(struct pt_regs *regs)
{
	enum ctx_state prev = CT_STATE_KERNEL;

	{
		enum ctx_state prev = exception_enter();

		pr_debug("from %d\n", prev);
	}
	force_sig(SIGSEGV);
	exception_exit(prev); /* WANT exception-exit-mismatch */
}
