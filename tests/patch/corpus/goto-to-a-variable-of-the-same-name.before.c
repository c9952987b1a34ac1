int do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int out = 0;

	if (!user_mode(regs))
		goto out;
	out = handle(regs);
	regs->out = out;
out:
	exception_exit(prev);
	return out;
}
