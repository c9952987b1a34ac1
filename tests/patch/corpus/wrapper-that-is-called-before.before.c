static void __do_fault(struct pt_regs *regs);

static void do_fault(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	__do_fault(regs);
	exception_exit(prev);
}

void trap_init(void)
{
	set_handler(do_fault);
}

static void __do_fault(struct pt_regs *regs)
{
	report(regs);
}
