/* The function is defined with SYSCALL_DEFINE, which leaves no header to see. */
SYSCALL_DEFINE2(restore_trap, struct pt_regs *, regs, int, flags)
{
	enum ctx_state prev = exception_enter();

	if (flags)
		return -EINVAL; /* WANT exception-exit-missing */
	restore_trap(regs);
	exception_exit(prev);
	return 0;
}
