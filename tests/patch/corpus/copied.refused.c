void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	enum ctx_state copy;

	copy = prev; /* REFUSED the saved state `prev` is copied to `copy` */
	handle(regs, copy);
	exception_exit(prev);
}
