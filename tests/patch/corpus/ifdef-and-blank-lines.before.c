void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev;
#ifdef CONFIG_X
	prev = exception_enter();

	handle(regs);

	exception_exit(prev);
#endif
	count(regs);
}
