/* A macro defines handlers, each of which is right. */
#define TRAP_HANDLER(name, signal, why)						\
asmlinkage void do_##name(struct pt_regs *regs)					\
{										\
	enum ctx_state prev = exception_enter();				\
										\
	if (notify_trap(regs, why)) {						\
		exception_exit(prev);						\
		return;								\
	}									\
	force_sig(signal);							\
	exception_exit(prev);							\
}

TRAP_HANDLER(debug, SIGTRAP, "debug")
TRAP_HANDLER(fpe, SIGFPE, "fpe")
