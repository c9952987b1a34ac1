asmlinkage void do_trap(struct pt_regs *regs)
{
	if (notify(regs) == NOTIFY_STOP)
		return;

	force_sig(SIGTRAP);
}
