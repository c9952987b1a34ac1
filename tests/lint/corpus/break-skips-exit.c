/* The only exit is inside the loop, and a break leaves the loop without it. */
int drain_traps(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	while (trap_pending(regs)) {
		if (trap_is_spurious(regs))
			break;
		if (handle_trap(regs)) {
			exception_exit(prev);
			return 1;
		}
	}

	return 0; /* WANT exception-exit-missing */
}
