/* The whole pair stands inside the loop, and each way through the body has both ends or neither. */
void do_rounds(struct pt_regs *regs)
{
	while (trap_pending(regs)) {
		enum ctx_state prev;

		if (trap_is_spurious(regs))
			continue;
		prev = exception_enter();
		if (handle_trap(regs)) {
			exception_exit(prev);
			break;
		}
		exception_exit(prev);
	}
}
