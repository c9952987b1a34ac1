/* A function in the old K&R style with a leaking return. */
int do_align_fault(regs, address)
	struct pt_regs *regs;
	unsigned long address;
{
	enum ctx_state prev = exception_enter();

	if (address & 1)
		return -1; /* WANT exception-exit-missing */
	fix_alignment(regs, address);
	exception_exit(prev);
	return 0;
}
