static void end_trap(struct pt_regs *regs, enum ctx_state prev)
{
	count(regs);
	exception_exit(prev); /* REFUSED the saved state `prev` comes from the caller */
}
