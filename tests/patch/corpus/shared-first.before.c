void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev, now = ct_state();

	prev = exception_enter();
	report(regs, now);
	exception_exit(prev);
}
