/* A macro defines handlers, and a return in its body leaks in each of them. */
#define TRAP_HANDLER(number, signal)						\
asmlinkage void do_trap_##number(struct pt_regs *regs)				\
{										\
	enum ctx_state prev = exception_enter();				\
										\
	if (notify_trap(regs, number))						\
		return; /* WANT exception-exit-missing */			\
	force_sig(signal);							\
	exception_exit(prev);							\
}

TRAP_HANDLER(3, SIGTRAP)
TRAP_HANDLER(4, SIGFPE)
