/* Each round asks the same question before and behind its work. */
void do_pending(struct pt_regs *regs, bool user)
{
	int i;

	for (i = 0; i < 4; i++) {
		enum ctx_state prev;

		if (user)
			prev = exception_enter();
		if (!handle_pending(regs, i))
			count_idle(i);
		if (user)
			exception_exit(prev);
	}
}
