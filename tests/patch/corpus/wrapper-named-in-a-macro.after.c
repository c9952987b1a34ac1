#define HANDLER __do_fault

static void __do_fault(struct pt_regs *regs)
{
	report(regs);
}

void do_fault(struct pt_regs *regs)
{
	__do_fault(regs);
}
