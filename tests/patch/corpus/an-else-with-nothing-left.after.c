void do_trap(struct pt_regs *regs, bool nested)
{
	handle(regs);
	if (nested) {
		count(regs);
		return;
	}
	report(regs);
}
