void do_trap(struct pt_regs *regs)
{
	enum ctx_state now = ct_state(),
		       then = boot_state(regs);

	report(regs, now, then);
}
