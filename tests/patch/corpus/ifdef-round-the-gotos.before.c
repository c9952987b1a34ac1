void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev;

	prev = exception_enter();
#ifdef CONFIG_X
	if (!user_mode(regs))
		goto out;
#else
	if (regs->flags)
		goto out;
#endif

	handle(regs);
out:
	exception_exit(prev);
}
