static void __do_fault(struct pt_regs *regs)
{
	report(regs);
}

#ifdef CONFIG_X
void do_fault(struct pt_regs *regs)
{
	__do_fault(regs);
}
#endif
