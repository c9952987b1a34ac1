/* The question is asked twice with #ifdef and once with its opposite, and exactly one exit is compiled. */
void do_exclusive(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#ifdef CONFIG_PREEMPTION
	exception_exit(prev);
#endif
	handle_exclusive(regs);
#ifndef CONFIG_PREEMPTION
	exception_exit(prev);
#endif
}
