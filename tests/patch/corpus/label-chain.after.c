int do_trap(struct pt_regs *regs)
{
	int ret = 0;

	if (notify(regs) == NOTIFY_STOP)
		return ret;
	ret = lock(regs);
	if (ret)
		goto out_unlock;
	handle(regs);
out_unlock:
	unlock(regs);
	return ret;
}
