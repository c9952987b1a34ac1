/* A function that leaks, drops and restores a constant is in #if 0. */
#if 0
int do_removed(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (user_mode(regs))
		return 1;
	exception_enter();
	exception_exit(CT_STATE_USER);
	return 0;
}
#endif

int do_kept(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int ret = handle_kept(regs);

	exception_exit(prev);
	return ret;
}
