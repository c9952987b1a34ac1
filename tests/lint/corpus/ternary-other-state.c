/* What the other arm of ?: gives is a state from elsewhere; who opened it cannot be seen here. */
void do_other_state(struct pt_regs *regs) /* WANT not-analysed */
{
	enum ctx_state prev = user_mode(regs) ? exception_enter() : saved_before(regs);

	exception_exit(prev);
}
