int do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (user_mode(regs))
		goto out;
	panic("trap");
out:
	exception_exit(prev);
}
