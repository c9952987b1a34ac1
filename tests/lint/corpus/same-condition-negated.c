/* The second time the same question is asked the other way round, and its answer is a return. */
void do_user_only_return(struct pt_regs *regs)
{
	enum ctx_state prev;

	if (user_mode(regs))
		prev = exception_enter();

	handle_fault(regs);
	if (!user_mode(regs))
		return;

	force_sig(SIGSEGV);
	exception_exit(prev);
}
