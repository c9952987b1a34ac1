void do_trap(regs) /* REFUSED its parameters are declared in the old style */
	struct pt_regs *regs;
{
	enum ctx_state prev = exception_enter();

	handle(regs);
	exception_exit(prev);
}
