void (*leave)(enum ctx_state) = exception_exit; /* REFUSED it is not in a function */

void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	exception_exit(prev);
}
