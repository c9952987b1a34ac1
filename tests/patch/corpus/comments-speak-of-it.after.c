/*
 * exception_enter() is called here, and exception_exit() at the end.
 */
void do_trap(struct pt_regs *regs)
{
	pr_debug("exception_enter() has been called\n");
}
