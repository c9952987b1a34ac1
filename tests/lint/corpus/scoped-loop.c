/* A macro makes a scope of a for that runs exactly once, enters first and exits in its step. */
#define scoped_exception(p)						\
	for (enum ctx_state p = exception_enter(), once_ = 1; once_;	\
	     once_ = 0, exception_exit(p))

void do_scoped(struct pt_regs *regs)
{
	scoped_exception(prev) {
		if (user_mode(regs))
			force_sig(SIGTRAP);
		else
			step_kernel(regs);
	}
}
