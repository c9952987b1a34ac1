/* There is no common way out, and every return has an exit of its own. */
int do_each_return(struct pt_regs *regs, int kind)
{
	enum ctx_state prev = exception_enter();

	if (kind == 0) {
		exception_exit(prev);
		return 0;
	}
	if (handle_kind(regs, kind)) {
		exception_exit(prev);
		return kind;
	}
	force_sig(SIGILL);
	exception_exit(prev);
	return -1;
}
