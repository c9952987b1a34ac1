#ifdef CONFIG_X
void do_trap(struct pt_regs *regs, int code)
#else
void do_trap(struct pt_regs *regs)
#endif
{
	enum ctx_state prev = exception_enter();

	handle(regs);
	exception_exit(prev);
}

#ifndef CONFIG_Y
void do_other(struct pt_regs *regs)
{
	exception_enter();
	panic("other");
}
#endif
