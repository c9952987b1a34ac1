/* The enter hangs on one option and the exit on another. */
void do_trace_trap(struct pt_regs *regs)
{
	enum ctx_state prev;

#ifdef CONFIG_NO_HZ_FULL
	prev = exception_enter();
#endif
	report_trap(regs);
#ifdef CONFIG_VIRT_CPU_ACCOUNTING_GEN
	exception_exit(prev); /* WANT exception-exit-unpaired when !CONFIG_NO_HZ_FULL && CONFIG_VIRT_CPU_ACCOUNTING_GEN */
#endif
} /* WANT exception-exit-missing when CONFIG_NO_HZ_FULL && !CONFIG_VIRT_CPU_ACCOUNTING_GEN */
