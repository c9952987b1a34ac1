void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	handle(regs);
	prev = ct_state(); /* REFUSED the saved state `prev` gets a value from elsewhere */
	exception_exit(prev);
}
