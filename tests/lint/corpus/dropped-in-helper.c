/* A void helper enters for its callers and drops what they would have to restore. */
static inline void trap_prologue(struct pt_regs *regs)
{
	exception_enter(); /* WANT exception-enter-unsaved */
	count_trap(regs);
}

void do_trap_a(struct pt_regs *regs)
{
	trap_prologue(regs);
	force_sig(SIGILL);
}
