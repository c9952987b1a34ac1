static void __kprobes __do_fault(struct pt_regs *regs)
{
	report(regs);
}

void do_fault(struct pt_regs *regs)
{
	__do_fault(regs);
}
