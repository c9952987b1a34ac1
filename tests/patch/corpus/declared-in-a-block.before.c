void do_trap(struct pt_regs *regs)
{
	if (user_mode(regs)) {
		enum ctx_state prev = exception_enter();

		handle(regs);
		count(regs);
		exception_exit(prev);
	}
}
