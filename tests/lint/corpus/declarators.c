/* The saved variable is declared const, of a type to be inferred, and among others. */
int do_declared(struct pt_regs *regs)
{
	unsigned long pc = regs->pc, *p = &pc, table[2] = { 1, 2 };
	const enum ctx_state prev = exception_enter();
	int ret = handle_declared(regs, *p, table[0]);

	if (ret) {
		exception_exit(prev);
		return ret;
	}
	exception_exit(prev);
	{
		__auto_type next = exception_enter();
		int (*again)(struct pt_regs *) = second_try, tries = 0;

		while (again(regs) && tries < 3)
			tries++;
		exception_exit(next);
	}
	return 0;
}
