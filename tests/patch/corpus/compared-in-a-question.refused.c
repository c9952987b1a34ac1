void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (prev == CT_STATE_USER) /* REFUSED the saved state `prev` decides `if` */
		handle(regs);
	exception_exit(prev);
}
