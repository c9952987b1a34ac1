/* Two definitions of a function, of which an option chooses one, and only one of them leaks. */
#ifdef CONFIG_64BIT
void do_wide_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	handle_wide(regs);
	exception_exit(prev);
}
#else
void do_wide_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (!handle_narrow(regs))
		return; /* WANT exception-exit-missing when !CONFIG_64BIT */
	exception_exit(prev);
}
#endif
