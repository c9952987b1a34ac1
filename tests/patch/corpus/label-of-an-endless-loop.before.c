void do_traps(struct pt_regs *regs)
{
	enum ctx_state prev;

again:
	prev = exception_enter();
	handle(regs);
	exception_exit(prev);
	if (pending(regs))
		goto again;
}
