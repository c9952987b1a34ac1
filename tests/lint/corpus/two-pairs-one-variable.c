/* One variable serves two pairs, one after the other. */
int do_again(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int ret = first_try(regs);

	exception_exit(prev);
	if (ret)
		return ret;

	prev = exception_enter();
	ret = second_try(regs);
	exception_exit(prev);
	return ret;
}
