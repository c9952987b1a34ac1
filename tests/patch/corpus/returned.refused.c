enum ctx_state begin_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	handle(regs);
	return prev; /* REFUSED the saved state `prev` is returned */
}
