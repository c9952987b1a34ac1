void do_fault(struct pt_regs *regs)
{
	report(regs);
}
EXPORT_SYMBOL_GPL(do_fault);

void trap_init(void)
{
	set_handler(&traps);
}
