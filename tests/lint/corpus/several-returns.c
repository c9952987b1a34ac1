/* Of four returns behind the enter two forget the exit, and each of the two is a finding. */
int fixup_operand(struct pt_regs *regs, unsigned long insn)
{
	enum ctx_state prev = exception_enter();
	int ret;

	if (is_branch(insn))
		return -EINVAL; /* WANT exception-exit-missing */

	ret = decode_operand(regs, insn);
	if (ret < 0) {
		exception_exit(prev);
		return ret;
	}
	if (ret == 0)
		return 0; /* WANT exception-exit-missing */

	store_operand(regs, insn);
	exception_exit(prev);
	return 1;
}
