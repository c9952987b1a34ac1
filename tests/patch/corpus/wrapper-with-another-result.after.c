static int __do_fault(struct pt_regs *regs)
{
	return report(regs);
}

void do_fault(struct pt_regs *regs)
{
	__do_fault(regs);
}

static long __do_other(struct pt_regs *regs)
{
	return report(regs);
}

unsigned long do_other(struct pt_regs *regs)
{
	unsigned long ret = __do_other(regs);

	return ret;
}
