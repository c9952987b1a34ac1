int do_trap(struct pt_regs *regs)
{
	if (emulated(regs))
		return 0;
	if (!user_mode(regs))
		return -EFAULT;
	handle(regs);
	return 0;
}
