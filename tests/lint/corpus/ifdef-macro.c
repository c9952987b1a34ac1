/* An option decides whether the macro that should exit does anything. */
#ifdef CONFIG_CONTEXT_TRACKING_USER
#define trap_leave(p)	exception_exit(p)
#else
#define trap_leave(p)	do { } while (0)
#endif

void do_user_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	force_sig(SIGSYS);
	trap_leave(prev);
} /* WANT exception-exit-missing when !CONFIG_CONTEXT_TRACKING_USER */
