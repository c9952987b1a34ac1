void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (regs->flags) {
		struct task_struct *prev = current; /* REFUSED */

		handle(prev);
	}
	exception_exit(prev);
}
