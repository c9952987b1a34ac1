void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev;

	if ((prev = exception_enter()) != CT_STATE_KERNEL) /* REFUSED the saved state `prev` decides `if` */
		handle(regs);
	exception_exit(prev);
}
