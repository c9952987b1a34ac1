static int handle_fault(struct pt_regs *regs)
{
	int ret = -EFAULT;

	if (!user_mode(regs))
		return ret;

	ret = handle(regs);
	if (ret)
		return ret;
	count(regs);

	return ret;
}
