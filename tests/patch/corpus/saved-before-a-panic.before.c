void do_machine_check(struct pt_regs *regs)
{
	int lines = regs->status & 1;
	enum ctx_state prev;

	prev = exception_enter();
	show_regs(regs);
	panic("machine check: %d", lines);
}
