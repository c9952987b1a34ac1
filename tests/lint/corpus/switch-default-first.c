/* The default stands first and falls into a case with the exit. */
void do_default_first(struct pt_regs *regs, int code)
{
	enum ctx_state prev = exception_enter();

	switch (code) {
	default:
		report_unknown(regs);
		fallthrough;
	case 9:
		exception_exit(prev);
		return;
	case 10:
		exception_exit(prev);
	}
}
