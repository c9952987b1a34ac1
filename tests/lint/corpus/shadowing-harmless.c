/* An inner variable of the same name is another variable, and writing it changes nothing. */
void do_shadowing(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int i;

	for (i = 0; i < 2; i++) {
		int prev = regs->regs[i];

		prev++;
		count_value(prev);
	}
	exception_exit(prev);
}
