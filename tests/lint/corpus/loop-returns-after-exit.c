/* The return inside the loop has an exit before it, and another follows the loop. */
int do_search(struct pt_regs *regs, const struct fixup *table, int count)
{
	enum ctx_state prev = exception_enter();
	int i;

	for (i = 0; i < count; i++) {
		if (!matches(&table[i], regs))
			continue;
		exception_exit(prev);
		return i;
	}
	exception_exit(prev);
	return -1;
}
