static void report_fault(struct pt_regs *regs, int code)
{
	report(regs, code);
}

void do_fault(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	report_fault(regs, 3);
	exception_exit(prev);
}
