/* The exit stands in the next function of the file, not in the one that enters. */
static void do_early(struct pt_regs *regs)
{
	enum ctx_state prev;

	prev = exception_enter();
	handle_early(regs);
} /* WANT exception-exit-missing */

void do_late(struct pt_regs *regs)
{
	enum ctx_state prev;

	prev = exception_enter();
	handle_late(regs);
	exception_exit(prev);
}
