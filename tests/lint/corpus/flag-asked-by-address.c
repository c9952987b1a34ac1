/* Who only asks about a flag, or prints it, gets its address, too, and leaves it as it is. */
void do_flag_asked(struct pt_regs *regs)
{
	enum ctx_state prev;
	bool entered = false;

	if (needs_tracking(regs)) {
		prev = exception_enter();
		entered = true;
	}
	if (is_odd(&entered))
		count_trap(regs);
	if (entered)
		exception_exit(prev);
}

void do_flag_printed(struct pt_regs *regs)
{
	enum ctx_state prev;
	bool entered = false;

	if (needs_tracking(regs)) {
		prev = exception_enter();
		entered = true;
	}
	pr_debug("at %p\n", &entered);
	if (entered)
		exception_exit(prev);
}
