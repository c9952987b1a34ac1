/* The exit is the left side of a comma in the return. */
int do_comma(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int ret = handle_comma(regs);

	if (ret < 0)
		return exception_exit(prev), -EFAULT;

	return exception_exit(prev), ret;
}
