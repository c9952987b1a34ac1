void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (ignored(regs))
		goto ignore;
	handle(regs);
out:
	exception_exit(prev);
	return;
ignore:
	goto out;
}
