/* Breaks and continues of a loop all come to the exit behind it. */
void do_drain(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	while (trap_pending(regs)) {
		if (trap_is_spurious(regs))
			continue;
		if (handle_trap(regs))
			break;
	}
	exception_exit(prev);
}
