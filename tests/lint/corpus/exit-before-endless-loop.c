/* The exit stands before a loop that never ends. */
void do_stop(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	report_stop(regs);
	exception_exit(prev);
	do {
		cpu_relax();
	} while (1);
}
