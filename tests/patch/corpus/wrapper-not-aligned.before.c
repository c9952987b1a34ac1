static void __do_fault(struct pt_regs *regs,
	unsigned long address, unsigned int flags)
{
	report(regs, address, flags);
}

asmlinkage void do_fault(struct pt_regs *regs,
	unsigned long address, unsigned int flags)
{
	enum ctx_state prev = exception_enter();

	__do_fault(regs, address, flags);
	exception_exit(prev);
}

static void __do_other(struct pt_regs *regs,
	unsigned long address_that_the_interrupted_run_faulted_on, unsigned int flags)
{
	report(regs, address_that_the_interrupted_run_faulted_on, flags);
}

asmlinkage void do_other_fault(struct pt_regs *regs, unsigned long address, unsigned int flags)
{
	enum ctx_state prev = exception_enter();

	__do_other(regs, address, flags);
	exception_exit(prev);
}
