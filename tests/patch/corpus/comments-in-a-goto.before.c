void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (regs->flags)
		goto /* the end */ out;
	if (!user_mode(regs))
		goto // the end
			out;
	handle(regs);
out:	/* the end */
	exception_exit(prev);
}
