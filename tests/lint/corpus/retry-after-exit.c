/* The way back to the enter has an exit on it. */
void do_refill(struct pt_regs *regs)
{
	enum ctx_state prev;
	int tries = 0;

retry:
	prev = exception_enter();
	if (refill(regs) && tries++ < 3) {
		exception_exit(prev);
		goto retry;
	}
	exception_exit(prev);
}
