/* The exit stands in a loop that may run twice. */
void retire_traps(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	do {
		retire_one(regs);
		exception_exit(prev); /* WANT exception-exit-unpaired */
	} while (trap_pending(regs));
}
