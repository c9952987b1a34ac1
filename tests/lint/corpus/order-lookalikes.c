/* Names that only look like scheduling or like opening interrupts, in comments, strings and calls. */
void noinstr enter_quiet(struct pt_regs *regs)
{
	bool schedule = false;

	/* local_irq_enable(); */
	early_note(regs, "local_irq_enable(); schedule();");
	schedule_user_work(regs, schedule);
	user_exit_irqoff();
	run_quiet(regs);
	user_enter_irqoff();
	// schedule();
	debug_trace_hardirqs_on(regs);
}
