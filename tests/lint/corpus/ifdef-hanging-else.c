/* With an option the exit becomes the else of an if that stands in the #ifdef. */
void do_hanging(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#ifdef CONFIG_KGDB
	if (kgdb_trap(regs))
		count_trap(regs);
	else
#endif
		exception_exit(prev);
} /* WANT exception-exit-missing when CONFIG_KGDB */
