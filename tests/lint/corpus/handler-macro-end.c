/* A macro defines handlers that fall off their end without an exit. */
#define ERROR_HANDLER(name, signal, text)					\
void name(struct pt_regs *regs)							\
{										\
	enum ctx_state prev = exception_enter();				\
										\
	if (!report_error(regs, text)) {					\
		force_sig(signal);						\
		exception_exit(prev);						\
	}									\
} /* WANT exception-exit-missing */

ERROR_HANDLER(do_divide, SIGFPE, "divide")
ERROR_HANDLER(do_segment, SIGBUS, "segment")
