static void report_fault(struct pt_regs *regs)
{
	report(regs);
}

void do_fault(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	report_fault(regs);
	exception_exit(prev);
}

void do_other(struct pt_regs *regs)
{
	report_fault(regs);
}
