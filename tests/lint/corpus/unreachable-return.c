/* A return that would leak stands in code that nothing gets to. */
int do_dead_return(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (0)
		return -1;
	while (0)
		return -2;
	handle_dead(regs);
	exception_exit(prev);
	return 0;
}
