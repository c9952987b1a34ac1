void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (user_mode(regs)) {
		exception_exit(prev);
		return; }
	if (regs->flags) { exception_exit(prev);
		return;
	}
	handle(regs);
	exception_exit(prev);
}
