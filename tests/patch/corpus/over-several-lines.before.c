void do_trap(struct pt_regs *regs)
{
	enum ctx_state
		prev_state_of_the_interrupted_code;

	prev_state_of_the_interrupted_code =
		exception_enter();
	handle(regs);
	exception_exit(
		prev_state_of_the_interrupted_code
	);
	count(regs);
	exception_exit \
		(prev_state_of_the_interrupted_code);
}
