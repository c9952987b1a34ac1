/* The address of the saved variable goes to a function that is not in the file. */
void lend_state(enum ctx_state *statep);

void do_lent_trap(struct pt_regs *regs) /* WANT not-analysed */
{
	enum ctx_state prev = exception_enter();

	lend_state(&prev);
	handle_trap(regs);
	exception_exit(prev);
}
