int do_trap(struct pt_regs *regs)
{
	int ret = 0;

	if (!user_mode(regs))
		goto out;
	ret = handle(regs);
out:
	count(regs);
	return ret;
}
