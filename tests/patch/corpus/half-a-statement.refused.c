void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	/* REFUSED the #if lines make it a part of different statements */ if (regs->flags)
#ifdef CONFIG_X
		exception_exit(prev);
#else
		handle(regs);
#endif
}
