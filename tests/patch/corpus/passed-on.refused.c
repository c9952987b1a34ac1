void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	handle(regs, prev); /* REFUSED the saved state `prev` is passed on to handle() */
	exception_exit(prev);
}
