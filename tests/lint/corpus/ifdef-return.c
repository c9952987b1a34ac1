/* A return that leaks is only compiled with an option. */
int do_kprobe_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#ifdef CONFIG_KPROBES
	if (kprobe_trap(regs))
		return 1; /* WANT exception-exit-missing when CONFIG_KPROBES */
#endif
	force_sig(SIGTRAP);
	exception_exit(prev);
	return 0;
}
