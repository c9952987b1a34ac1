/* The question that is asked twice has two parts, and a variable that it does not ask about is written. */
int do_traced_user(struct pt_regs *regs, bool traced)
{
	enum ctx_state prev;
	int ret = 0;

	if (traced && user_mode(regs))
		prev = exception_enter();

	ret = handle_traced(regs);

	if (traced && user_mode(regs)) {
		exception_exit(prev);
		ret++;
	}
	return ret;
}
