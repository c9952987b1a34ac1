void do_trap(struct pt_regs *regs)
{
#ifndef CONFIG_A
#ifdef CONFIG_C
	/* Why not? */
#endif
#endif
	count(regs);
}
