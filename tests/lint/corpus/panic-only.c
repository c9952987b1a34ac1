/* The saved state is never restored because panic() ends every path. */
void do_fatal(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	pr_emerg("fatal trap from %d\n", prev);
	if (user_mode(regs))
		panic("user");
	else
		panic("kernel");
}
