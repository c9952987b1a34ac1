/* The error path exits and then goes to the label that exits again. */
int do_vector_trap(struct pt_regs *regs)
{
	enum ctx_state prev;
	int ret;

	prev = exception_enter();
	ret = alloc_vector(regs);
	if (ret) {
		exception_exit(prev);
		goto out;
	}
	ret = load_vector(regs);
out:
	exception_exit(prev); /* WANT exception-exit-unpaired */
	return ret;
}
