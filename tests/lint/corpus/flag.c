/* A flag remembers whether there was an enter. */
int do_flagged(struct pt_regs *regs, unsigned long address)
{
	enum ctx_state prev;
	bool entered = false;
	int ret;

	if (address < TASK_SIZE) {
		prev = exception_enter();
		entered = true;
	}
	ret = handle_address(regs, address);
	if (ret < 0)
		goto out;
	count_handled(regs);
out:
	if (entered)
		exception_exit(prev);
	return ret;
}
