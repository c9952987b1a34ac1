/* The name of a called function may stand in parentheses. */
void do_parenthesised(struct pt_regs *regs)
{
	enum ctx_state prev = (exception_enter)();

	force_sig(SIGILL);
	(exception_exit)(prev);
}
