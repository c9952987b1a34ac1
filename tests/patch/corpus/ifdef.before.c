void do_trap(struct pt_regs *regs)
{
	int code = 0;
#ifdef CONFIG_CONTEXT_TRACKING_USER
	enum ctx_state prev;
#endif

#ifdef CONFIG_CONTEXT_TRACKING_USER
	prev = exception_enter();
#endif
	handle(regs, code);
#ifdef CONFIG_CONTEXT_TRACKING_USER
	exception_exit(prev);
#endif /* CONFIG_CONTEXT_TRACKING_USER */
}
