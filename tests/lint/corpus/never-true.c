/* The exit is guarded by a constant that is never true. */
void do_software_trap(struct pt_regs *regs, unsigned int number)
{
	enum ctx_state prev = exception_enter();

	deliver_trap(regs, number);
	if (0)
		exception_exit(prev);
} /* WANT exception-exit-missing */
