void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	else /* REFUSED it is not understood: `else` without `if` */
		handle(regs);
	exception_exit(prev);
}
