void do_trap(struct pt_regs *regs)
{
	enum ctx_state now = ct_state(), prev,
		       then = boot_state(regs);

	prev = exception_enter();
	report(regs, now, then);
	exception_exit(prev);
}
