static void __do_fault(struct pt_regs *regs, long address)
{
	report(regs, address);
}

void do_fault(struct pt_regs *regs, unsigned long address)
{
	enum ctx_state prev = exception_enter();

	__do_fault(regs, address);
	exception_exit(prev);
}
