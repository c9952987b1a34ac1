asmlinkage void do_overflow(struct pt_regs *regs)
{
	enum ctx_state prev;

	prev = exception_enter();
	die_if_kernel("overflow", regs);

	force_sig(SIGFPE);
	exception_exit(prev);
}
