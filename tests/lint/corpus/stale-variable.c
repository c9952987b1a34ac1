/* Two pairs stand one after the other, and the second exit restores what the first enter gave. */
void do_two_phases(struct pt_regs *regs)
{
	enum ctx_state first, second;

	first = exception_enter();
	check_phase(regs);
	exception_exit(first);

	second = exception_enter();
	count_phase(regs);
	exception_exit(first); /* WANT exception-exit-mismatch */
}
