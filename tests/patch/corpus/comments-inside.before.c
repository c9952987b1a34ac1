void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev /* saved */, now /* current */ = ct_state();

	prev = /* USER */ exception_enter();
	handle(regs, now);
	exception_exit(/* whatever it was */ prev);
}
