/* A comparison is asked a second time the other way round, against NULL, and by its opposite. */
void do_spelled(struct pt_regs *regs, int code)
{
	enum ctx_state prev;

	if (code == 1)
		prev = exception_enter();
	count_trap(regs);
	if (1 == code)
		exception_exit(prev);
}

void do_spelled_null(struct pt_regs *regs, struct task_struct *task)
{
	enum ctx_state prev;

	if (task)
		prev = exception_enter();
	count_trap(regs);
	if (task != NULL)
		exception_exit(prev);
}

void do_spelled_opposite(struct pt_regs *regs, int code)
{
	enum ctx_state prev;

	if (code > 3)
		prev = exception_enter();
	count_trap(regs);
	if (code <= 3)
		return;
	exception_exit(prev);
}

void do_spelled_sides(struct pt_regs *regs, int code, int most)
{
	enum ctx_state prev;

	if (most < code)
		prev = exception_enter();
	count_trap(regs);
	if (code > most)
		exception_exit(prev);
}

void do_spelled_member(struct pt_regs *regs)
{
	enum ctx_state prev;

	if (regs->code == 1)
		prev = exception_enter();
	count_trap(regs);
	if (1 == regs->code)
		exception_exit(prev);
}
