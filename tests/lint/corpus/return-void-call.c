/* A void function returns the call of the exit. */
void do_tail_exit(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (user_mode(regs))
		return exception_exit(prev);
	fixup_kernel(regs);
	return exception_exit(prev);
}
