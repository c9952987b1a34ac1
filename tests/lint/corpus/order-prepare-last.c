/* What should prepare the return to user mode stands behind user_enter_irqoff(). */
static __always_inline void leave_vector(struct pt_regs *regs)
{
	if (pending_signal(regs))
		run_signal(regs);
	user_enter_irqoff();
	trace_hardirqs_on_prepare(); /* WANT instrumentable-after-user-enter */
	lockdep_hardirqs_on(CALLER_ADDR0);
}
