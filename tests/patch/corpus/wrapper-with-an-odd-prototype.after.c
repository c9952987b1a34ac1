__attribute__((cold)) static void __do_fault(struct pt_regs *regs);

void do_fault(struct pt_regs *regs)
{
	__do_fault(regs);
}

static void __do_fault(struct pt_regs *regs)
{
	report(regs);
}
