static void __do_fault(struct pt_regs *regs)
{
	report(regs);
}

void do_fault(struct pt_regs *regs)
{
	count(regs);
	__do_fault(regs);
}
