void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	unsigned long pc = regs->pc;

	emulate(pc);
	exception_exit(prev);
}
