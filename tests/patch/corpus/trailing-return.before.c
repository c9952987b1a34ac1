void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	handle(regs);

	exception_exit(prev);
	return;
}

void do_other(struct pt_regs *regs)
{
	handle(regs);
	return;
}
