void do_traps(struct pt_regs *regs)
{
	enum ctx_state prev;
	int i;

	for (i = 0; i < 3; i++) {
		prev = exception_enter();
		handle(regs, i);
		exception_exit(prev);
	}
	do {
		prev = exception_enter();
		handle(regs, i);
		exception_exit(prev);
	} while (pending(regs));
}
