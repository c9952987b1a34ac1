static void report_fault(struct pt_regs *regs)
{
	report(regs);
}

void do_fault(struct pt_regs *regs)
{
	report_fault(regs);
}

void do_other(struct pt_regs *regs)
{
	report_fault(regs);
}
