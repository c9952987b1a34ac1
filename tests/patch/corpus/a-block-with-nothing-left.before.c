void do_trap(struct pt_regs *regs)
{
	handle(regs);
	{
		enum ctx_state prev = exception_enter();

		exception_exit(prev);
	}
	count(regs);
}
