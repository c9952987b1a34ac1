void do_trap(struct pt_regs *regs)
{
	handle(regs);
}

void do_other(struct pt_regs *regs)
{
	handle(regs);
out: __maybe_unused;
}
