void do_machine_check(struct pt_regs *regs)
{
	int lines = regs->status & 1;

	show_regs(regs);
	panic("machine check: %d", lines);
}
