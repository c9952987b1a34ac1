void do_trap(struct pt_regs *regs, int code)
{
	switch (code) {
	case 0:
		handle(regs);
		break;
	default:
		break;
	}
}
