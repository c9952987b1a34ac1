void do_trap(struct pt_regs *regs, int depth)
{
	enum ctx_state prev = exception_enter();

	if (--depth) /* REFUSED nothing would be left in this `if`, and its `--` may have effects */
		exception_exit(prev);
}
