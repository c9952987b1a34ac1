/* One #ifdef opens a block and another closes it, and only then does the exit between them hang on a condition. */
void do_cold_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#ifdef CONFIG_HOTPLUG_CPU
	if (cpu_leaving(regs)) {
#endif
		exception_exit(prev);
#ifdef CONFIG_HOTPLUG_CPU
	}
#endif
} /* WANT exception-exit-missing when CONFIG_HOTPLUG_CPU */
