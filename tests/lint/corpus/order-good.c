/* Everything that may be traced stands between user_exit_irqoff() and user_enter_irqoff(). */
static __always_inline void from_user(struct pt_regs *regs)
{
	lockdep_hardirqs_off(CALLER_ADDR0);
	user_exit_irqoff();
	trace_hardirqs_off_finish();
}

static __always_inline void to_user(struct pt_regs *regs)
{
	trace_hardirqs_on_prepare();
	lockdep_hardirqs_on_prepare();
	user_enter_irqoff();
	lockdep_hardirqs_on(CALLER_ADDR0);
}
