void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	prev++; /* REFUSED the saved state `prev` is used for something else */
	exception_exit(prev);
}
