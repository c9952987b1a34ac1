/* One case of a switch has a whole pair, the others have none. */
int do_one_case(struct pt_regs *regs, int code)
{
	enum ctx_state prev;
	int ret = 0;

	switch (code) {
	case 0:
		return 0;
	case 1:
		prev = exception_enter();
		ret = handle_one(regs);
		exception_exit(prev);
		fallthrough;
	default:
		if (ret)
			return ret;
	}
	return count_trap(regs);
}
