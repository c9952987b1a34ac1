#define HANDLER __do_fault

static void __do_fault(struct pt_regs *regs)
{
	report(regs);
}

void do_fault(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	__do_fault(regs);
	exception_exit(prev);
}
