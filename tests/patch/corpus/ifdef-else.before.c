void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#ifdef CONFIG_64BIT
	handle(regs);
#else
	exception_exit(prev);
#endif
#ifdef CONFIG_SMP
	exception_exit(prev);
#else
	count(regs);
#endif
#if defined(CONFIG_NUMA)
	exception_exit(prev);
#else
	count(regs);
#endif
#if CONFIG_LEVELS > 2
	exception_exit(prev);
#else
	count(regs);
#endif
#if !defined(CONFIG_PM)
	exception_exit(prev);
#else
	count(regs);
#endif
	exception_exit(prev);
}
