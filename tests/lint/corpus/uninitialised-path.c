/* One path comes to the exit without an enter, its variable never written. */
void do_store_fault(struct pt_regs *regs, unsigned long address)
{
	enum ctx_state prev;

	if (user_mode(regs))
		prev = exception_enter();
	handle_store(regs, address);
	exception_exit(prev); /* WANT exception-exit-unpaired */
}
