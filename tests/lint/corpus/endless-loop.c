/* The function never leaves its last loop, so there is nothing to restore. */
void do_halt(struct pt_regs *regs)
{
	enum ctx_state prev;

	prev = exception_enter();
	show_regs(regs);
	for (;;)
		cpu_relax();
}
