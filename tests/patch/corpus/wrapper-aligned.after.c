asmlinkage void __kprobes do_fault(struct pt_regs *regs,
				   unsigned long address,
				   unsigned int flags)
{
	report(regs, address, flags);
}
