void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (user_mode(regs) {
		handle(regs);
	}
	exception_exit(prev);
} /* REFUSED it is not understood: no bracket matches this `}` */
