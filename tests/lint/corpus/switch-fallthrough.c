/* A case exits and falls through into a case that exits once more. */
void do_watchpoint(struct pt_regs *regs, int kind)
{
	enum ctx_state prev = exception_enter();

	switch (kind) {
	case WATCH_WRITE:
		report_write(regs);
		exception_exit(prev);
		fallthrough;
	case WATCH_READ:
		exception_exit(prev); /* WANT exception-exit-unpaired */
		return;
	default:
		exception_exit(prev);
	}
}
