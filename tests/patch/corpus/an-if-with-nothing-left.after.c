void do_trap(struct pt_regs *regs, bool nested)
{
	handle(regs);

	count(regs);
}
