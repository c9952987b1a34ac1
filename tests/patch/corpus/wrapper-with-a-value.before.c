static noinline int __handle_fault(struct pt_regs *regs)
{
	return emulate(regs);
}

int handle_fault(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int ret;

	ret = __handle_fault(regs);
	exception_exit(prev);

	return ret;
}
