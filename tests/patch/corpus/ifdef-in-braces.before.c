void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (!user_mode(regs)) {
#ifdef CONFIG_X
		exception_exit(prev);
#endif
		return;
	}
	if (regs->flags) {
#ifdef CONFIG_Y
		count(regs);
#endif
		exception_exit(prev);
		return;
	}
	handle(regs);
	exception_exit(prev);
}
