/* An option is asked with #ifdef at one end and with IS_ENABLED() at the other. */
void do_either_way(struct pt_regs *regs)
{
	enum ctx_state prev;

#ifdef CONFIG_KPROBES
	prev = exception_enter();
#endif
	count_trap(regs);
	if (IS_ENABLED(CONFIG_KPROBES))
		exception_exit(prev);
}
