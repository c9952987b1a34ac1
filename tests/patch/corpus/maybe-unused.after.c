void do_trap(struct pt_regs *regs)
{
	handle(regs);
}
