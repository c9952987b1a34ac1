DEFINE_IDTENTRY(exc_overflow)
{
	enum ctx_state prev = exception_enter();

	if (notify(regs))
		goto out;
	handle(regs);
out:
	exception_exit(prev);
}

SYSCALL_DEFINE1(trap, int, code)
{
	enum ctx_state prev = exception_enter();
	long ret = trap(code);

	exception_exit(prev);
	return ret;
}
