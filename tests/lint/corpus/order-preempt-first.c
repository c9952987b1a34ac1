/* instrumentation_begin() is no excuse for a call that may be traced before user_exit_irqoff(). */
void noinstr enter_vector(struct pt_regs *regs)
{
	lockdep_hardirqs_off(CALLER_ADDR0);
	instrumentation_begin();
	preempt_disable(); /* WANT instrumentable-before-user-exit */
	instrumentation_end();
	user_exit_irqoff();
	run_vector(regs);
}
