asmlinkage void do_fault(struct pt_regs *regs);

void trap_init(void)
{
	set_handler(&traps);
}

asmlinkage void do_fault(struct pt_regs *regs)
{
	report(regs);
}
