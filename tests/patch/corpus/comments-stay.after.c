void do_trap(struct pt_regs *regs)
{
	/* to come back to */

	/* From here on RCU is watching. */
	/* The handler may sleep. */
	handle(regs);

	/*
	 * XXX Is this needed?
	 */
	// back to user
}
