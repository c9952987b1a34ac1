void do_trap(struct pt_regs *regs)
{
	unsigned long pc;
	enum ctx_state prev = exception_enter();
	int code = 0;

	pc = regs->pc;
	emulate(pc, code);
	exception_exit(prev);
}
