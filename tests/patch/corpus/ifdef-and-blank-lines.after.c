void do_trap(struct pt_regs *regs)
{
#ifdef CONFIG_X
	handle(regs);
#endif
	count(regs);
}
