void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (user_mode(regs))
		if (regs->flags)
			handle(regs);
		else /* REFUSED the `else` behind it would belong to another `if` */
			exception_exit(prev);
	else
		count(regs);
}
