asmlinkage void do_overflow(struct pt_regs *regs)
{
	die_if_kernel("overflow", regs);

	force_sig(SIGFPE);
}
