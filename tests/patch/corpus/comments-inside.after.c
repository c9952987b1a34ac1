void do_trap(struct pt_regs *regs)
{
	enum ctx_state /* saved */ now /* current */ = ct_state();

	/* USER */
	handle(regs, now);
	/* whatever it was */
}
