/* A branch exits and goes on to the exit that all paths share. */
void do_emulation_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (!emulate_trap(regs)) {
		exception_exit(prev);
		count_emulated(regs);
	}
	exception_exit(prev); /* WANT exception-exit-unpaired */
}
