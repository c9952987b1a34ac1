void do_trap(struct pt_regs *regs)
{
	first(regs);

	second(regs);

	third(regs);
}
