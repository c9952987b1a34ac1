/* The label that the inline assembly may jump to stands in front of the exit. */
int do_probe(struct pt_regs *regs, unsigned long *p)
{
	enum ctx_state prev = exception_enter();
	int ret = 0;

	asm goto("1: ld.w r4, %0\n"
		 EX_TABLE_TO("1b", "%l[faulted]")
		 : : "m" (*p) : "r4" : faulted);
	goto out;

faulted:
	ret = -EFAULT;
out:
	exception_exit(prev);
	return ret;
}
