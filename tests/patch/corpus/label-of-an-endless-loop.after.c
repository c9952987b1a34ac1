void do_traps(struct pt_regs *regs)
{
again:
	handle(regs);
	if (pending(regs))
		goto again;
}
