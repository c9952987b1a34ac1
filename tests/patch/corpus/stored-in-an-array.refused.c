void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev[2];

	prev[0] = exception_enter(); /* REFUSED the result of exception_enter() is stored in `prev[0]` */
	handle(regs);
	exception_exit(prev[0]);
}
