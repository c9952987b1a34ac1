static void report_fault(struct pt_regs *regs, int code)
{
	report(regs, code);
}

void do_fault(struct pt_regs *regs)
{
	report_fault(regs, 3);
}
