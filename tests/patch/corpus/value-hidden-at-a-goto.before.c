int do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int ret = 0;

	if (user_mode(regs)) {
		int ret = notify(regs);

		if (ret)
			goto out;
	}
	handle(regs);
out:
	exception_exit(prev);
	return ret;
}
