/* The tracer is told about interrupts after RCU has stopped watching. */
void noinstr prepare_return(struct pt_regs *regs)
{
	lockdep_hardirqs_on_prepare();
	user_enter_irqoff();
	trace_hardirqs_on(); /* WANT instrumentable-after-user-enter */
	restore_regs(regs);
}
