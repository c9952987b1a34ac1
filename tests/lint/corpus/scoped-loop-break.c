/* A macro makes a scope of a for that runs once and exits in its step, which a break skips. */
#define scoped_exception(p)						\
	for (enum ctx_state p = exception_enter(), once_ = 1; once_;	\
	     once_ = 0, exception_exit(p))

void do_single_step(struct pt_regs *regs)
{
	scoped_exception(prev) {
		if (stepping_disabled(regs))
			break;
		force_sig(SIGTRAP);
	}
} /* WANT exception-exit-missing */
