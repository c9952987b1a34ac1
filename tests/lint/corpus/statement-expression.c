/* Enter and exit stand inside statement expressions. */
int do_expressions(struct pt_regs *regs)
{
	enum ctx_state prev = ({ count_trap(regs); exception_enter(); });
	int ret;

	ret = ({
		int got = handle_expression(regs);

		exception_exit(prev);
		got;
	});
	return ret;
}
