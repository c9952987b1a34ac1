void do_trap(struct pt_regs *regs)
{
	int code = 1;

	handle(regs, code);
}
