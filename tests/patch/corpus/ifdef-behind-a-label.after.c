void do_trap(struct pt_regs *regs)
{
	if (!user_mode(regs))
		goto out;
	handle(regs);
out:
	;
#ifdef CONFIG_X
	count(regs);
#endif
}
