#ifdef CONFIG_X
void do_trap(struct pt_regs *regs, int code)
#else
void do_trap(struct pt_regs *regs)
#endif
{
	handle(regs);
}

#ifndef CONFIG_Y
void do_other(struct pt_regs *regs)
{
	panic("other");
}
#endif
