/* The exit gets a copy of the saved state. */
void do_copied(struct pt_regs *regs)
{
	enum ctx_state prev, saved;

	prev = exception_enter();
	saved = prev;
	prev = CT_STATE_KERNEL;
	handle_copied(regs, prev);
	exception_exit(saved);
}
