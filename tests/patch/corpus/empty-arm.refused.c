void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (regs->flags) /* REFUSED nothing would be left in this arm of the `if` */
		exception_exit(prev);
	else
		handle(regs);
}
