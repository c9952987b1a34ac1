void do_trap(struct pt_regs *regs)
{
	handle(regs, exception_enter()); /* REFUSED the result of exception_enter() is passed on to handle() */
}
