/* The inline assembly may jump to a label behind the exit. */
int probe_word(struct pt_regs *regs, unsigned long *p)
{
	enum ctx_state prev = exception_enter();

	asm goto("1: ld.w r4, %0\n"
		 EX_TABLE_TO("1b", "%l[faulted]")
		 : : "m" (*p) : "r4" : faulted);

	exception_exit(prev);
	return 0;

faulted:
	return -EFAULT; /* WANT exception-exit-missing */
}
