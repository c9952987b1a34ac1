void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	while (pending(regs)) /* REFUSED nothing would be left in this `while` */
		exception_exit(prev);
}
