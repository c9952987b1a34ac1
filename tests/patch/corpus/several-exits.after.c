int do_trap(struct pt_regs *regs)
{
	int ret = notify(regs);

	if (ret == NOTIFY_STOP)
		return 0;
	if (ret < 0) {
		count(regs);
		return ret;
	}
	handle(regs);

	return 1;
}
