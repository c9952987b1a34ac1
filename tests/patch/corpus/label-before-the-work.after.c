void do_trap(struct pt_regs *regs)
{
	if (notify(regs) == NOTIFY_STOP)
		goto out;
	handle(regs);
out:
	count(regs);
}
