/* The flag says entered before the function enters, and a goto in between believes it. */
int do_machine_check(struct pt_regs *regs)
{
	enum ctx_state prev;
	bool entered = true;
	int ret = -EAGAIN;

	if (!bank_valid(regs))
		goto out;

	prev = exception_enter();
	ret = read_banks(regs);
out:
	if (entered)
		exception_exit(prev); /* WANT exception-exit-unpaired */
	return ret;
}
