static int __do_fault(struct pt_regs *regs)
{
	return report(regs);
}

void do_fault(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	__do_fault(regs);
	exception_exit(prev);
}

static long __do_other(struct pt_regs *regs)
{
	return report(regs);
}

unsigned long do_other(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	unsigned long ret = __do_other(regs);

	exception_exit(prev);
	return ret;
}
