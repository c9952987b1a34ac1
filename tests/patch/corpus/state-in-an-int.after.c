int do_trap(struct pt_regs *regs)
{
	int ret;

	ret = handle(regs);
	return ret;
}
