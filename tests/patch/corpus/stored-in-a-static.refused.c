void do_trap(struct pt_regs *regs)
{
	static enum ctx_state prev; /* REFUSED the saved state `prev` outlives the function */

	prev = exception_enter();
	handle(regs);
	exception_exit(prev);
}
