/* A helper returns the state of its enter, and its caller drops that. */
static enum ctx_state trap_begin(struct pt_regs *regs)
{
	count_trap(regs);
	return exception_enter();
}

void do_trap_b(struct pt_regs *regs)
{
	trap_begin(regs); /* WANT exception-enter-unsaved */
	force_sig(SIGTRAP);
}
