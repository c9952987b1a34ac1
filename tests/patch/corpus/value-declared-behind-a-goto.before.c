int do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (!user_mode(regs))
		goto out;

	int ret = handle(regs);
out:
	exception_exit(prev);
	return ret;
}
