int do_trap(struct pt_regs *regs)
{
	if (user_mode(regs))
		goto out;
	panic("trap");
out:
	;
}
