int do_trap(struct pt_regs *regs)
{
	int ret = 0;

	if (user_mode(regs)) {
		int ret = notify(regs);

		if (ret)
			goto out;
	}
	handle(regs);
out:
	return ret;
}
