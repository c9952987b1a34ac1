void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	handle(regs);
	return exception_exit(prev); /* REFUSED exception_exit() stands in `return` */
}
