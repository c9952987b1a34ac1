/* The return hides four blocks deep. */
int emulate_store(struct pt_regs *regs, unsigned long addr)
{
	enum ctx_state prev = exception_enter();
	int i;

	if (addr) {
		for (i = 0; i < 4; i++) {
			do {
				if (regs->regs[i] == addr) {
					{
						return i; /* WANT exception-exit-missing */
					}
				}
			} while (more_bytes(regs));
		}
	}
	exception_exit(prev);
	return 0;
}
