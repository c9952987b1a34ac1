int do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int ret = 0;

	if (!user_mode(regs)) {
		exception_exit(prev);
		goto out;
	}
	ret = handle(regs);
	exception_exit(prev);
out:
	count(regs);
	return ret;
}
