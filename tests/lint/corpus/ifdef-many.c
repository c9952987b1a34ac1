/* Five independent options make 32 views, and each of them is right. */
void do_many(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#ifdef CONFIG_A
	if (step_a(regs))
		goto out;
#endif
#ifdef CONFIG_B
	if (step_b(regs))
		goto out;
#endif
#ifdef CONFIG_C
	if (step_c(regs)) {
		exception_exit(prev);
		return;
	}
#endif
#ifdef CONFIG_D
	step_d(regs);
#endif
#if defined(CONFIG_A) || defined(CONFIG_B) || defined(CONFIG_E)
out: __maybe_unused;
#endif
	exception_exit(prev);
}
