void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
#ifdef CONFIG_X
#endif

	handle(regs);
	exception_exit(prev);
}
