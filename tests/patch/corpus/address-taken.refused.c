void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	handle(regs, &prev); /* REFUSED the address of the saved state `prev` is taken */
	exception_exit(prev);
}
