static void __do_fault(long address, long flags)
{
	report(address, flags);
}

void do_fault(long address, long flags)
{
	enum ctx_state prev = exception_enter();

	__do_fault(flags, address);
	exception_exit(prev);
}
