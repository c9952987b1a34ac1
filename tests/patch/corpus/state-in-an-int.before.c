int do_trap(struct pt_regs *regs)
{
	int ret, state = exception_enter();

	ret = handle(regs);
	exception_exit(state);
	return ret;
}
