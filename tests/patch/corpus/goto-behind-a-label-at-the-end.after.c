void do_trap(struct pt_regs *regs)
{
	if (ignored(regs))
		goto ignore;
	handle(regs);
	return;
ignore:
	return;
}
