/* Two pairs with a variable each, one after the other. */
void do_phases(struct pt_regs *regs)
{
	enum ctx_state first, second;

	first = exception_enter();
	decode_phase(regs);
	exception_exit(first);

	wait_phase(regs);

	second = exception_enter();
	run_phase(regs);
	exception_exit(second);
}
