/* A goto jumps past the exit to the label behind it. */
int do_address_error(struct pt_regs *regs, int write)
{
	enum ctx_state prev_state;
	int ret = -EFAULT;

	prev_state = exception_enter();
	if (!access_allowed(regs, write))
		goto out;

	ret = emulate_access(regs, write);
	exception_exit(prev_state);
out:
	return ret; /* WANT exception-exit-missing */
}
