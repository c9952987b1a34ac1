/* A goto back to the enter comes there with the state still open. */
void do_tlb_refill(struct pt_regs *regs, unsigned long address)
{
	enum ctx_state prev;
	int tries = 0;

retry:
	prev = exception_enter(); /* WANT exception-exit-unpaired */
	if (refill(regs, address) && tries++ < 3)
		goto retry;
	exception_exit(prev);
}
