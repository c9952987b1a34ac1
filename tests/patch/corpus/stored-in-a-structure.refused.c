void do_trap(struct pt_regs *regs)
{
	regs->state = exception_enter(); /* REFUSED the result of exception_enter() is stored in `regs->state` */
	handle(regs);
	exception_exit(regs->state); /* later */
}
