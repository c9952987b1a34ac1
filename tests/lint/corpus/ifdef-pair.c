/* Enter and exit hang on the same option, and a build without it has neither. */
void do_optional(struct pt_regs *regs)
{
#ifdef CONFIG_CONTEXT_TRACKING_USER
	enum ctx_state prev = exception_enter();
#endif

	force_sig(SIGILL);
	if (!user_mode(regs)) {
#if defined(CONFIG_CONTEXT_TRACKING_USER)
		exception_exit(prev);
#endif
		return;
	}
	count_trap(regs);
#if IS_ENABLED(CONFIG_CONTEXT_TRACKING_USER)
	exception_exit(prev);
#endif
}
