void do_trap(struct pt_regs *regs)
{
	for (enum ctx_state prev = exception_enter(); pending(regs);) /* REFUSED the result of exception_enter() decides `for` */
		handle(regs);
}
