void do_trap(struct pt_regs *regs)
{
	unsigned long pc;
	int code = 0;

	pc = regs->pc;
	emulate(pc, code);
}
