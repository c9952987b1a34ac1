void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev;

	if (user_mode(regs)) {
		prev = exception_enter();
		count(regs);
	} else {
		prev = CT_STATE_KERNEL;
		report(regs);
	}
	handle(regs);
	exception_exit(prev);
}
