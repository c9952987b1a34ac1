void do_traps(struct pt_regs *regs)
{
	int i;

	for (i = 0; i < 3; i++)
		handle(regs, i);
	do {
		handle(regs, i);
	} while (pending(regs));
}
