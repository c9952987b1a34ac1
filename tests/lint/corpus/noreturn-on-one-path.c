/* Only the kernel's own faults end in a call that does not return; the user's go on without an exit. */
void __noreturn fatal_trap(struct pt_regs *regs);

void do_double_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (!user_mode(regs))
		fatal_trap(regs);

	if (skip_trap(regs))
		return; /* WANT exception-exit-missing */

	force_sig(SIGTRAP);
	exception_exit(prev);
}
