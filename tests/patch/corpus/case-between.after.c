void do_trap(struct pt_regs *regs, int code)
{
	switch (code) {
	case 0:
		return;
	case 1:
		second(regs);
		return;
	}
	handle(regs);
}
