void do_trap(struct pt_regs *regs)
{
	if (notify(regs) == NOTIFY_STOP)
		return;
	if (!user_mode(regs))
		return;
	handle(regs);
}
