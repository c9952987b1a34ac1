void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (regs->flags) { /* REFUSED nothing but a comment would be left in it */
		exception_exit(prev);
	}
}
