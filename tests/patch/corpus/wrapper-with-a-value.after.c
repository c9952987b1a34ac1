int handle_fault(struct pt_regs *regs)
{
	return emulate(regs);
}
