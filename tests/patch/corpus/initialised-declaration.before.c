void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (user_mode(regs))
		force_sig(SIGTRAP);
	exception_exit(prev);
}
