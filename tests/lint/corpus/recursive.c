/* The handler calls itself between enter and exit. */
int do_recursive(struct pt_regs *regs, int depth)
{
	enum ctx_state prev = exception_enter();
	int ret = 0;

	if (depth > 0)
		ret = do_recursive(regs, depth - 1);
	exception_exit(prev);
	return ret;
}
