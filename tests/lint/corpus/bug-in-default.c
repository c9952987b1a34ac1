/* The default of a switch is BUG(), which does not return. */
int do_unit(struct pt_regs *regs, int unit)
{
	enum ctx_state prev = exception_enter();
	int ret;

	switch (unit) {
	case 0:
		ret = handle_system(regs);
		break;
	case 1:
		ret = handle_fpu(regs);
		break;
	default:
		BUG();
	}
	exception_exit(prev);
	return ret;
}
