static void __do_fault(struct pt_regs *regs)
{
	report(regs);
}

/* Called with interrupts off. */
void do_fault(struct pt_regs *regs)
{
	__do_fault(regs);
}
