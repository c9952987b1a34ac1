void do_trap(struct pt_regs *regs)
{
	int code = 0;

	handle(regs, code);
}
