/* There is an exit and nowhere an enter. */
void leave_trap(struct pt_regs *regs)
{
	enum ctx_state prev = CT_STATE_USER;

	if (!user_mode(regs))
		return;
	exception_exit(prev); /* WANT exception-exit-unpaired */
}
