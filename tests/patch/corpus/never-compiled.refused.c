void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#if 0
	exception_exit(prev); /* REFUSED no configuration compiles this */
#endif
	handle(regs);
	exception_exit(prev);
}
