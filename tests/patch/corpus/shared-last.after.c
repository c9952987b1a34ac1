void do_trap(struct pt_regs *regs)
{
	enum ctx_state now = ct_state();

	report(regs, now);
}
