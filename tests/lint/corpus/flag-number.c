/* The flag is a number that is set on each path and compared at the end. */
void do_numbered(struct pt_regs *regs)
{
	enum ctx_state prev;
	int entered;

	switch (regs->cause) {
	case 0:
		entered = 0;
		break;
	default:
		prev = exception_enter();
		entered = 1;
	}
	handle_cause(regs);
	if (entered == 1)
		exception_exit(prev);
}
