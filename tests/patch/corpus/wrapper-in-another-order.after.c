static void __do_fault(long address, long flags)
{
	report(address, flags);
}

void do_fault(long address, long flags)
{
	__do_fault(flags, address);
}
