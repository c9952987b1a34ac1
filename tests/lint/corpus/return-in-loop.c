/* The return is inside a loop and the exit behind it. */
int find_fixup(struct pt_regs *regs, const struct fixup *table, int count)
{
	enum ctx_state saved = exception_enter();
	int i;

	for (i = 0; i < count; i++) {
		if (!matches(&table[i], regs))
			continue;
		apply(&table[i], regs);
		return i; /* WANT exception-exit-missing */
	}

	exception_exit(saved);
	return -1;
}
