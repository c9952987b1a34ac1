int do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int ret = 0;

	if (notify(regs) == NOTIFY_STOP)
		goto out;
	ret = lock(regs);
	if (ret)
		goto out_unlock;
	handle(regs);
out_unlock:
	unlock(regs);
out:
	exception_exit(prev);
	return ret;
}
