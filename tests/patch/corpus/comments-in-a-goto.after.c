void do_trap(struct pt_regs *regs)
{
	if (regs->flags)
		return /* the end */;
	if (!user_mode(regs))
		return // the end
			;
	handle(regs);
/* the end */
}
