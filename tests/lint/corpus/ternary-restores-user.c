/* The question that decides in ?: whether to enter is answered the wrong way before the exit. */
void do_wrong_way(struct pt_regs *regs)
{
	enum ctx_state prev = user_mode(regs) ? CT_STATE_USER : exception_enter();

	count_trap(regs);
	if (user_mode(regs))
		exception_exit(prev); /* WANT exception-exit-unpaired */
} /* WANT exception-exit-missing */
