/* The returns stand before the enter, where there is nothing to restore. */
int do_late_enter(struct pt_regs *regs, unsigned long insn)
{
	enum ctx_state prev;

	if (!user_mode(regs))
		return -EPERM;
	if (insn == 0)
		return 0;

	prev = exception_enter();
	emulate(regs, insn);
	exception_exit(prev);
	return 1;
}
