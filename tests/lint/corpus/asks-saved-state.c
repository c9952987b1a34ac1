/* The exit is skipped where the saved state says that there is nothing to restore. */
void do_lazy_exit(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	handle_lazy(regs);
	if (prev != CT_STATE_KERNEL)
		exception_exit(prev);
}
