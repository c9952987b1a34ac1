/* Behind the exit the function goes on and has returns, which owe nothing any more. */
int do_work_after(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int ret = handle_first(regs);

	exception_exit(prev);

	while (trap_pending(regs)) {
		if (retire_one(regs))
			return 1;
	}
	if (ret < 0)
		panic("lost");
	return ret;
}
