static void __do_fault(struct pt_regs *regs);

static void do_fault(struct pt_regs *regs)
{
	__do_fault(regs);
}

void trap_init(void)
{
	set_handler(do_fault);
}

static void __do_fault(struct pt_regs *regs)
{
	report(regs);
}
