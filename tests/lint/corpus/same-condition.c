/* Enter and exit hang on the same question, and nothing it asks about is written in between. */
void do_user_only(struct pt_regs *regs, unsigned long address)
{
	enum ctx_state prev;

	if (user_mode(regs))
		prev = exception_enter();

	handle_fault(regs, address);

	if (user_mode(regs))
		exception_exit(prev);
}
