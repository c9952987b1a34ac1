static void __do_fault(struct pt_regs *regs,
		       unsigned long address,
		       unsigned int flags)
{
	report(regs, address, flags);
}

asmlinkage void __kprobes do_fault(struct pt_regs *regs, unsigned long address, unsigned int flags)
{
	enum ctx_state prev = exception_enter();

	__do_fault(regs, address, flags);
	exception_exit(prev);
}
