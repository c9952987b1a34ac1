/* Interrupts are opened too early with one option only. */
void noinstr enter_undef(struct pt_regs *regs)
{
#ifdef CONFIG_TRACE_UNDEF
	local_irq_enable(); /* WANT irqs-on-before-user-exit when CONFIG_TRACE_UNDEF */
#endif
	user_exit_irqoff();
	run_undef(regs);
}
