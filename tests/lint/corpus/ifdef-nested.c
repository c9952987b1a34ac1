/* An #ifdef inside another decides whether the return is there. */
int do_uprobe_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#ifdef CONFIG_UPROBES
	if (uprobe_pre(regs)) {
#ifndef CONFIG_UPROBES_QUIET
		report_uprobe(regs);
#else
		return 1; /* WANT exception-exit-missing when CONFIG_UPROBES && CONFIG_UPROBES_QUIET */
#endif
	}
#endif
	exception_exit(prev);
	return 0;
}
