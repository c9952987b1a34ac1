void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev;	/* to come back to */

	/* From here on RCU is watching. */
	prev = exception_enter();
	/* The handler may sleep. */
	handle(regs);

	/*
	 * XXX Is this needed?
	 */
	exception_exit(prev);	// back to user
}
