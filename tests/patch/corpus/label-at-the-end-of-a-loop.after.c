void do_traps(struct pt_regs *regs)
{
	int i;

	for (i = 0; i < 3; i++) {
		if (!pending(regs, i))
			goto next;
		handle(regs, i);
next:
		;
	}
}
