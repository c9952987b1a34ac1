void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev;

	if (user_mode(regs)) {
		prev = exception_enter();
		handle(regs);
		exception_exit(prev);
	}

	if (regs->flags) {
		count(regs);
	}
}
