/* What the exit gets is computed from the state and is not the state. */
void do_syscall_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	send_sigsys(regs);
	exception_exit(!prev); /* WANT exception-exit-mismatch */
}
