/* The copy that the exit restores is only made on one path. */
void do_insn_fault(struct pt_regs *regs, unsigned long address)
{
	enum ctx_state prev, saved;

	prev = exception_enter();
	if (user_mode(regs)) {
		saved = prev;
		force_sig_fault(SIGSEGV, SEGV_ACCERR, address);
	}
	exception_exit(saved); /* WANT exception-exit-mismatch */
}
