int do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int ret = notify(regs);

	if (ret == NOTIFY_STOP) {
		exception_exit(prev);
		return 0;
	}
	if (ret < 0) {
		count(regs);
		exception_exit(prev);
		return ret;
	}
	handle(regs);
	exception_exit(prev);

	return 1;
}
