/* Cases fall through to the one that exits, and the default does not leave the function. */
void do_falling(struct pt_regs *regs, int code)
{
	enum ctx_state prev = exception_enter();

	switch (code) {
	case 2:
		count_trap(regs);
		fallthrough;
	case 1:
		force_sig(SIGTRAP);
		break;
	case 0:
		break;
	}
	exception_exit(prev);
}
