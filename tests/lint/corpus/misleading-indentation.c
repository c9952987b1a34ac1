/* By its indentation the return looks unconditional, by the language it is not. */
int do_misleading(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int ret = handle_it(regs);

	if (ret)
	ret = fix_it(regs);
	else if (!user_mode(regs)) {
	exception_exit(prev);
		return 0; }
	exception_exit(prev);
		return ret;
}
