void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#ifdef CONFIG_A
#ifdef CONFIG_B
	exception_exit(prev);
#endif
#else
#ifdef CONFIG_C
	/* Why not? */
	exception_exit(prev);
#endif
#endif
	count(regs);
}
