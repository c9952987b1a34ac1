void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev;

	prev = exception_enter(), handle(regs); /* REFUSED */
	exception_exit(prev);
}
