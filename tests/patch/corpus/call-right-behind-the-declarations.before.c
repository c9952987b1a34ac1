void do_trap(struct pt_regs *regs)
{
	int code;
	enum ctx_state prev;
	prev = exception_enter();

	code = read_code(regs);
	emulate(regs, code);
	exception_exit(prev);
}
