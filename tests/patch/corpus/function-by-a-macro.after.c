DEFINE_IDTENTRY(exc_overflow)
{
	if (notify(regs))
		return;
	handle(regs);
}

SYSCALL_DEFINE1(trap, int, code)
{
	long ret = trap(code);

	return ret;
}
