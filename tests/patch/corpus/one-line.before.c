void do_trap(struct pt_regs *regs) { enum ctx_state prev = exception_enter(); handle(regs); exception_exit(prev); }

void do_other(struct pt_regs *regs)
{
	enum ctx_state prev; prev = exception_enter();
	handle(regs); exception_exit(prev); count(regs);
	prev = exception_enter(); count(regs);
	exception_exit(prev); return;
}
