void do_trap(struct pt_regs *regs)
{
	if (exception_enter() == CT_STATE_USER) /* REFUSED the result of exception_enter() decides `if` */
		handle(regs);
}
