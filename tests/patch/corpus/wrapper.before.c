/*
 * What the handlers of faults end in.
 */
static void __do_fault(struct pt_regs *regs, unsigned long address)
{
	if (user_mode(regs))
		force_sig(SIGSEGV);
	report(address);
}
NOKPROBE_SYMBOL(__do_fault);

asmlinkage void do_fault(struct pt_regs *regs, unsigned long address)
{
	enum ctx_state prev;

	prev = exception_enter();
	__do_fault(regs, address);
	exception_exit(prev);
}
NOKPROBE_SYMBOL(do_fault);

void trap_init(void)
{
	set_handler(do_fault);
}
