/*
 * What the handlers of faults end in.
 */
asmlinkage void do_fault(struct pt_regs *regs, unsigned long address)
{
	if (user_mode(regs))
		force_sig(SIGSEGV);
	report(address);
}
NOKPROBE_SYMBOL(do_fault);

void trap_init(void)
{
	set_handler(do_fault);
}
