void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev, spare;
	int code = 1;

	prev = exception_enter();
	handle(regs, code);
	exception_exit(prev);
}
