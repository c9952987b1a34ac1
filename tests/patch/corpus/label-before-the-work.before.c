void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (notify(regs) == NOTIFY_STOP)
		goto out;
	handle(regs);
out:
	exception_exit(prev);
	count(regs);
}
