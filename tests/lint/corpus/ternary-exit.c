/* One arm of ?: exits and the other does nothing. */
void do_tag_overflow(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	force_sig_fault(SIGEMT, EMT_TAGOVF, regs->pc);
	user_mode(regs) ? exception_exit(prev) : (void)0;
} /* WANT exception-exit-missing */
