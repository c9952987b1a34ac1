void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev __maybe_unused = exception_enter();
	const enum ctx_state other = exception_enter();

	handle(regs);
	exception_exit(other);
	exception_exit(prev);
}
