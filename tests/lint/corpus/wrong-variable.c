/* The exit restores a neighbour of the variable that was saved. */
void do_page_protection(struct pt_regs *regs, unsigned long address)
{
	enum ctx_state prev_state, new_state = CT_STATE_KERNEL;

	prev_state = exception_enter();
	handle_protection(regs, address);
	exception_exit(new_state); /* WANT exception-exit-mismatch */
}
