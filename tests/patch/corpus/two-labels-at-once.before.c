void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (notify(regs) == NOTIFY_STOP)
		goto stop;
	if (!user_mode(regs))
		goto out;
	handle(regs);
stop:
out:
	exception_exit(prev);
	return;
}
