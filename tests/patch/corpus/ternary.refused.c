void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = user_mode(regs) ? exception_enter() : 0; /* REFUSED */

	handle(regs);
	exception_exit(prev);
}
