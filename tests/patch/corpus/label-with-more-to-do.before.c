void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	lock(regs);
	if (notify(regs) == NOTIFY_STOP)
		goto unlock;
	handle(regs);
unlock:
	unlock(regs);
	exception_exit(prev);
}
