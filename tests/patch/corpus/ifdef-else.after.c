void do_trap(struct pt_regs *regs)
{
#ifdef CONFIG_64BIT
	handle(regs);
#endif
#ifndef CONFIG_SMP
	count(regs);
#endif
#if !defined(CONFIG_NUMA)
	count(regs);
#endif
#if !(CONFIG_LEVELS > 2)
	count(regs);
#endif
#if defined(CONFIG_PM)
	count(regs);
#endif
}
