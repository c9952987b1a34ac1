/* The exit is part of a condition, and the branch is taken exactly where it has run. */
int do_in_condition(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (fast_path(regs) && (exception_exit(prev), true))
		return 1;

	slow_path(regs);
	exception_exit(prev);
	return 0;
}
