/* Each arm has an enter, and the exit behind them serves both. */
void do_either(struct pt_regs *regs)
{
	enum ctx_state prev;

	if (user_mode(regs)) {
		prev = exception_enter();
		force_sig(SIGBUS);
	} else {
		prepare_kernel(regs);
		prev = exception_enter();
		fixup_kernel(regs);
	}
	exception_exit(prev);
}
