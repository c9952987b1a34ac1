void do_trap(struct pt_regs *regs)
{
	lock(regs);
	if (notify(regs) == NOTIFY_STOP)
		goto unlock;
	handle(regs);
unlock:
	unlock(regs);
}
