/* Without an option the result of the enter is dropped. */
void do_ftrace_trap(struct pt_regs *regs)
{
#ifdef CONFIG_FUNCTION_TRACER
	enum ctx_state prev = exception_enter();
#else
	exception_enter(); /* WANT exception-enter-unsaved when !CONFIG_FUNCTION_TRACER */
#endif

	trace_trap(regs);
#ifdef CONFIG_FUNCTION_TRACER
	exception_exit(prev);
#endif
}
