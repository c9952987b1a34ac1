void do_trap(struct pt_regs *regs)
{
	defer(exception_exit); /* REFUSED exception_exit() is not called here; what becomes of its address is not known */
}
