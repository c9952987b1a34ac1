void do_trap(struct pt_regs *regs, bool nested)
{
	enum ctx_state prev = exception_enter();

	handle(regs);
	if (nested) {
		exception_exit(prev);
		count(regs);
		return;
	} else {
		exception_exit(prev);
	}
	report(regs);
}
