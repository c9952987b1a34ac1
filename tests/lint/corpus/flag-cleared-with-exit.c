/* The early exit clears the flag, so the exit at the end is not a second one. */
int do_early_exit(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	bool open = true;
	int ret = fast_path(regs);

	if (ret) {
		exception_exit(prev);
		open = false;
		count_fast(regs);
	}
	if (open)
		exception_exit(prev);
	return ret;
}
