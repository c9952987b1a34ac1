/* The exit stands in an if without else, and the function falls off its end. */
void do_unaligned_load(struct pt_regs *regs, unsigned long address)
{
	enum ctx_state prev = exception_enter();

	if (user_mode(regs)) {
		force_sig_fault(SIGBUS, BUS_ADRALN, address);
		exception_exit(prev);
	}
} /* WANT exception-exit-missing */
