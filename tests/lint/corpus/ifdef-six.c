/* Six independent options make 64 views, and the last one decides whether the exit is there. */
void do_many_options(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#ifdef CONFIG_A
	step_a(regs);
#endif
#ifdef CONFIG_B
	step_b(regs);
#endif
#ifdef CONFIG_C
	step_c(regs);
#endif
#ifdef CONFIG_D
	step_d(regs);
#endif
#ifdef CONFIG_E
	step_e(regs);
#endif
#ifdef CONFIG_F
	exception_exit(prev);
#endif
} /* WANT exception-exit-missing when !CONFIG_F */
