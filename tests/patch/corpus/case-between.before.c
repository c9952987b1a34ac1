void do_trap(struct pt_regs *regs, int code)
{
	enum ctx_state prev = exception_enter();

	switch (code) {
	case 0:
		exception_exit(prev);
		return;
	case 1:
		exception_exit(prev);

		second(regs);
		return;
	}
	handle(regs);
	exception_exit(prev);
}
