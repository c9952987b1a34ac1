asmlinkage void do_fault(struct pt_regs *regs,
			 unsigned long address, unsigned int flags)
{
	report(regs, address, flags);
}

asmlinkage void do_other_fault(struct pt_regs *regs,
	unsigned long address_that_the_interrupted_run_faulted_on, unsigned int flags)
{
	report(regs, address_that_the_interrupted_run_faulted_on, flags);
}
