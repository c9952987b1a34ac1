int do_trap(struct pt_regs *regs)
{
	if (!user_mode(regs))
		goto out;

	int ret = handle(regs);
out:
	return ret;
}
