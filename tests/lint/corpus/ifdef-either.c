/* The exit is compiled with either of two options, and missing when neither is set. */
void do_perf_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	count_event(regs);
#if defined(CONFIG_PERF_EVENTS) || defined(CONFIG_OPROFILE)
	exception_exit(prev);
#endif
} /* WANT exception-exit-missing when !CONFIG_PERF_EVENTS && !CONFIG_OPROFILE */
