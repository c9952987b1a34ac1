/* One branch writes the saved variable between the enter and the exit. */
void do_alignment(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (fixup_unaligned(regs) < 0) {
		force_sig(SIGBUS);
		prev = CT_STATE_USER;
	}
	exception_exit(prev); /* WANT exception-exit-mismatch */
}
