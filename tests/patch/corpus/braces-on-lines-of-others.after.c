void do_trap(struct pt_regs *regs)
{
	if (user_mode(regs)) {
		return; }
	if (regs->flags) {
		return;
	}
	handle(regs);
}
