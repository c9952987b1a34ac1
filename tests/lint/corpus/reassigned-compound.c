/* A compound assignment changes the saved variable, too. */
void do_debug_trap(struct pt_regs *regs, int flags)
{
	int prev = exception_enter();

	report_debug(regs);
	prev |= flags;
	exception_exit(prev); /* WANT exception-exit-mismatch */
}
