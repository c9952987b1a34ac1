/* Behind the return stands a second exit that nothing gets to. */
int do_dead_code(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int ret = handle_dead(regs);

	exception_exit(prev);
	return ret;

	exception_exit(prev);
	return 0;
}
