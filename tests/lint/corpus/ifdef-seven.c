/* Seven independent options make 128 views, which is more than are read, and that has to be said. */
void do_too_many_options(struct pt_regs *regs) /* WANT not-analysed */
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
	step_f(regs);
#endif
#ifdef CONFIG_G
	step_g(regs);
#endif
	exception_exit(prev);
}
