/*
 * exception_enter() is called here, and exception_exit() at the end.
 */
void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	pr_debug("exception_enter() has been called\n");
	exception_exit(prev);
}
