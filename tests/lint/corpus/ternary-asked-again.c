/* The question that decides in ?: whether to enter is asked again before the exit. */
void do_asked_again(struct pt_regs *regs)
{
	enum ctx_state prev = user_mode(regs) ? CT_STATE_USER : exception_enter();

	count_trap(regs);
	if (!user_mode(regs))
		exception_exit(prev);
}
