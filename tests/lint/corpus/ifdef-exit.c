/* The exit is only compiled with an option, the enter always. */
void do_fpu_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	lose_fpu(regs);
#ifdef CONFIG_FPU
	exception_exit(prev);
#endif
} /* WANT exception-exit-missing when !CONFIG_FPU */
