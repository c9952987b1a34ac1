void do_trap(struct pt_regs *regs)
{
	unsigned long pc = regs->pc;
	enum ctx_state prev;

	prev = exception_enter();

	emulate(pc);

	exception_exit(prev);
}
