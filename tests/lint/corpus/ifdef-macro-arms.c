/* The macros that enter and exit are defined twice, and within each arm they fit. */
#ifdef CONFIG_CONTEXT_TRACKING_USER
#define trap_enter()	exception_enter()
#define trap_leave(p)	exception_exit(p)
#else
#define trap_enter()	CT_STATE_KERNEL
#define trap_leave(p)	do { (void)(p); } while (0)
#endif

void do_macro_arms(struct pt_regs *regs)
{
	enum ctx_state prev = trap_enter();

	force_sig(SIGILL);
	trap_leave(prev);
}
