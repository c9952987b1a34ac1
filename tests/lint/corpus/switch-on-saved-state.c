/* A switch asks about the saved state, and the cases without an exit have nothing to restore. */
void do_by_state(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	handle_by_state(regs);
	switch (prev) {
	case CT_STATE_USER:
	case CT_STATE_GUEST:
		exception_exit(prev);
		break;
	default:
		break;
	}
}
