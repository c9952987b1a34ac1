void do_trap(struct pt_regs *regs)
{

	enum ctx_state prev;


	prev = exception_enter();


	handle(regs);


	count(regs);

	exception_exit(prev);

}
