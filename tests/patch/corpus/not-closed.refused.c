void do_trap(struct pt_regs *regs)
{ /* REFUSED it is not understood: no bracket matches this `{` */
	enum ctx_state prev = exception_enter();

	if (user_mode(regs)) {
		handle(regs);
	exception_exit(prev);
}
