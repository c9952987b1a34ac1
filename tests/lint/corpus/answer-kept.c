/* The answer to a question is kept in a variable, which is asked at one end, and the question itself at the other. */
void do_answer_kept(struct pt_regs *regs)
{
	bool user = user_mode(regs);
	enum ctx_state prev;

	if (!user_mode(regs))
		prev = exception_enter();
	count_trap(regs);
	if (!user)
		exception_exit(prev);
}
