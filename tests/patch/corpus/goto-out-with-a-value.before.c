static int handle_fault(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int ret = -EFAULT;

	if (!user_mode(regs))
		goto out;

	ret = handle(regs);
	if (ret)
		goto out;
	count(regs);

out:
	exception_exit(prev);
	return ret;
}
