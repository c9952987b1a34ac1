/* An early return is taken where the saved state says kernel. */
int do_nested_return(struct pt_regs *regs)
{
	enum ctx_state prev;
	int ret;

	prev = exception_enter();
	ret = handle_nested(regs);
	if (prev == CT_STATE_KERNEL)
		return ret;

	exception_exit(prev);
	return 0;
}
