/* Case labels stand inside a block and a loop of the switch. */
void do_inner_cases(struct pt_regs *regs, int code)
{
	enum ctx_state prev = exception_enter();

	switch (code) {
	case 0:
		if (user_mode(regs)) {
	case 1:
			force_sig(SIGTRAP);
			break;
		}
		do {
			count_trap(regs);
	case 2:
			step_kernel(regs);
		} while (trap_pending(regs));
	}
	exception_exit(prev);
}
