static int __do_fault(struct pt_regs *regs)
{
	return report(regs);
}

void do_fault(struct pt_regs *regs)
{
	__do_fault(regs);
}
