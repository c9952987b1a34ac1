void do_traps(struct pt_regs *regs)
{
	enum ctx_state prev;
	int i;

	for (i = 0; i < 3; i++) {
		prev = exception_enter();
		if (!pending(regs, i))
			goto next;
		handle(regs, i);
next:
		exception_exit(prev);
	}
}
