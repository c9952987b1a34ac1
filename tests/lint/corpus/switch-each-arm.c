/* Each arm of the switch has its exit, the default too. */
int do_each_arm(struct pt_regs *regs, int code)
{
	enum ctx_state prev = exception_enter();

	switch (code) {
	case 0 ... 3:
		force_sig(SIGTRAP);
		exception_exit(prev);
		return 0;
	case 4:
		exception_exit(prev);
		break;
	default:
		exception_exit(prev);
		return -EINVAL;
	}
	return 1;
}
