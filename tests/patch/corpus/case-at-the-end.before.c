void do_trap(struct pt_regs *regs, int code)
{
	enum ctx_state prev = exception_enter();

	switch (code) {
	case 0:
		handle(regs);
		exception_exit(prev);
		break;
	default:
		exception_exit(prev);
	}
}
