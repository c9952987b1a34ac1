/* BUG_ON() is no BUG(): where its condition is false the function goes on. */
void do_parity(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (regs->cause & 8) {
		BUG_ON(!user_mode(regs));
		return; /* WANT exception-exit-missing */
	}
	log_parity(regs);
	exception_exit(prev);
}
