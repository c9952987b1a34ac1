void do_trap(struct pt_regs *regs)
{
	unsigned long pc = regs->pc;

	emulate(pc);
}
