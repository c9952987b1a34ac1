/* A comparison of an option decides, and is named as it is written. */
void do_level_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#if CONFIG_PGTABLE_LEVELS > 2
	if (walk_upper(regs))
		return; /* WANT exception-exit-missing when CONFIG_PGTABLE_LEVELS > 2 */
#endif
	walk_lower(regs);
	exception_exit(prev);
}
