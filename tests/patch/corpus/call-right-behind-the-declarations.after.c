void do_trap(struct pt_regs *regs)
{
	int code;

	code = read_code(regs);
	emulate(regs, code);
}
