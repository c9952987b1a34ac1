void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	handle(regs);
out:
	exception_exit(prev);
}

void do_other(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	handle(regs);
out: __maybe_unused;
	exception_exit(prev);
}
