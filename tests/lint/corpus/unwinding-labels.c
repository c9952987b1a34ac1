/* Errors unwind through a row of labels, of which the last exits. */
int do_unwinding(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int ret = -ENOMEM;

	if (!take_first(regs))
		goto no_first;
	if (!take_second(regs))
		goto no_second;
	ret = handle_both(regs);
	drop_second(regs);
no_second:
	drop_first(regs);
no_first:
	exception_exit(prev);
	return ret;
}
